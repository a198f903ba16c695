import { describe, expect, test, vi } from "vitest";
import { HandClient, SIDECAR } from "../testing/hand-client.ts";
import { listen, subscribeAll } from "../testing/listen.ts";
import {
  BACKEND,
  BACKEND_CLUSTER,
  BACKEND_LISTENER,
  backend,
  endpoint,
  modelOf,
  SUBSETS,
  V1_CLUSTER,
} from "../testing/models.ts";

describe("pushes", () => {
  test("a change of endpoints is one push of EDS to those who subscribe to it, and nothing else", async () => {
    await using plane = await listen(backend(), backend({ name: "other", clusterIp: "127.0.0.3" }));
    using client = new HandClient(plane.uri);
    using bystander = new HandClient(plane.uri);
    await subscribeAll(client);
    await bystander.take("EDS", ["outbound|50051||other.lab.svc.cluster.local"]);
    plane.setEndpoints(BACKEND, [endpoint("127.0.0.2"), endpoint("127.0.0.4")]);
    expect(await client.drain()).toMatchObject([{ type: "EDS", names: [BACKEND_CLUSTER] }]);
    expect(await bystander.drain()).toEqual([]);
  });

  test("each of several changes in a row is pushed, though none has been acknowledged yet", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    await client.drain();
    for (const address of ["127.0.0.4", "127.0.0.5", "127.0.0.6"]) plane.setEndpoints(BACKEND, [endpoint(address)]);
    expect(await client.drain()).toHaveLength(3);
  });

  test("the same model again is no change", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    plane.update(modelOf(backend()));
    plane.setEndpoints(BACKEND, backend().endpoints);
    expect(await client.drain()).toEqual([]);
  });

  test("what is added comes in warming order, each after the answer to what it needs", async () => {
    await using plane = await listen();
    using client = new HandClient(plane.uri, SIDECAR);
    await client.take("CDS");
    await client.take("EDS", []);
    await client.take("LDS");
    await client.take("RDS", ["50051"]);
    await client.drain();

    plane.update(modelOf(backend()));
    const clusters = await client.next();
    expect(clusters).toMatchObject({ type: "CDS", names: [BACKEND_CLUSTER] });
    // Nothing that leads to the cluster before it has been accepted and its endpoints have been fetched.
    expect(await client.drain()).toEqual([]);
    client.send("CDS", { to: clusters });
    expect(await client.drain()).toEqual([]);
    client.send("EDS", { names: [BACKEND_CLUSTER] });
    const endpoints = await client.next();
    expect(endpoints).toMatchObject({ type: "EDS", names: [BACKEND_CLUSTER] });
    expect(await client.drain()).toEqual([]);
    client.send("EDS", { names: [BACKEND_CLUSTER], to: endpoints });
    const listeners = await client.next();
    expect(listeners).toMatchObject({ type: "LDS", names: ["127.0.0.1_50051"] });
    expect(await client.drain()).toEqual([]);
    client.send("LDS", { to: listeners });
    expect(await client.accept(["50051"])).toMatchObject({ type: "RDS", names: ["50051"] });
    expect(await client.drain()).toEqual([]);
  });

  test("what is removed goes in the opposite order: the listener, then the cluster", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    plane.update(modelOf());
    const listeners = await client.next();
    expect(listeners).toMatchObject({ type: "LDS", names: [] });
    expect(await client.drain()).toEqual([]);
    client.send("LDS", { names: [BACKEND_LISTENER], to: listeners });
    expect(await client.accept([BACKEND_CLUSTER])).toMatchObject({ type: "CDS", names: [] });
    expect(await client.drain()).toEqual([]);
  });

  test("a cluster that takes another's place comes before the route, and the other goes after it", async () => {
    const [v1, v2] = SUBSETS;
    const routedTo = (subset: string) => [{ destinations: [{ subset }] }];
    await using plane = await listen(backend({ subsets: v1 ? [v1] : [], routes: routedTo("v1") }));
    using client = new HandClient(plane.uri, SIDECAR);
    await client.take("CDS");
    await client.take("RDS", ["50051"]);
    plane.update(modelOf(backend({ subsets: v2 ? [v2] : [], routes: routedTo("v2") })));
    const v2Cluster = V1_CLUSTER.replace("v1", "v2");
    expect(await client.accept()).toMatchObject({ type: "CDS", names: [BACKEND_CLUSTER, v2Cluster, V1_CLUSTER] });
    expect(await client.accept(["50051"])).toMatchObject({ type: "RDS" });
    expect(await client.accept()).toMatchObject({ type: "CDS", names: [BACKEND_CLUSTER, v2Cluster] });
    expect(await client.drain()).toEqual([]);
  });

  test("a client that never answers is pushed to all the same", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    plane.update(modelOf(backend({ lbPolicy: "RING_HASH", timeoutMs: 5_000 })));
    expect(await client.next()).toMatchObject({ type: "CDS" });
    expect(await client.next()).toMatchObject({ type: "RDS" });
  });

  test("a client that never answers is pushed to however often the model changes meanwhile", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    const types: string[] = [];
    while (!types.includes("RDS")) {
      // The two policies in turn: a new cluster each time.
      const lbPolicy = types.length % 2 === 0 ? "RING_HASH" : "ROUND_ROBIN";
      plane.update(modelOf(backend({ lbPolicy, timeoutMs: 5_000 })));
      types.push((await client.next()).type);
    }
    expect(new Set(types)).toEqual(new Set(["CDS", "RDS"]));
  });
});

describe("clients that read late", () => {
  const addresses = Array.from({ length: 1_000 }, (_, i) => `127.1.${i >> 8}.${i & 255}`);

  test("are sent the newest state, not each one that they missed", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    await client.drain();
    for (const address of addresses) plane.setEndpoints(BACKEND, [endpoint(address)]);
    const responses = await client.drain();
    expect(responses.length).toBeLessThan(50);
    const newest = responses.at(-1);
    expect(JSON.stringify(newest?.resources)).toContain(`"${addresses.at(-1)}"`);
    if (newest !== undefined) client.send("EDS", { names: [BACKEND_CLUSTER], to: newest });
    await plane.acknowledged();
  });

  test("are forgotten when they leave, still behind", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await client.take("EDS", [BACKEND_CLUSTER]);
    for (const address of addresses) plane.setEndpoints(BACKEND, [endpoint(address)]);
    client[Symbol.dispose]();
    await vi.waitFor(() => expect(plane.clients()).toEqual([]), { timeout: 60_000 });
  });
});
