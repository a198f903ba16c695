import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { NackError } from "../acknowledgements.ts";
import { HandClient } from "../testing/hand-client.ts";
import { listen, subscribeAll } from "../testing/listen.ts";
import { BACKEND, BACKEND_CLUSTER, backend, endpoint, modelOf } from "../testing/models.ts";
import type { Nack } from "./client-state.ts";

describe("answers", () => {
  test("a NACK is kept and reported with its reason, and the rejected version is not sent again", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    await subscribeAll(client);
    const accepted = plane.clients()[0]?.types.EDS?.ackedVersion;
    const reported: Nack[] = [];
    const stop = plane.onNack((nack) => reported.push(nack));

    plane.setEndpoints(BACKEND, [endpoint("127.0.0.4")]);
    const response = await client.next();
    const rejection = expect(plane.acknowledged()).rejects.toThrow(
      new NackError("sidecar~127.0.0.9~hand.lab~lab.svc.cluster.local", "EDS", "too odd"),
    );
    client.send("EDS", { names: [BACKEND_CLUSTER], to: response, error: "too odd" });
    await rejection;
    const nack = {
      nodeId: expect.stringContaining("hand.lab"),
      kind: "proxyless",
      type: "EDS",
      version: response.version,
      reason: "too odd",
    };
    expect(plane.nacks()).toEqual([nack]);
    expect(reported).toEqual([nack]);
    expect(plane.clients()[0]?.types.EDS).toMatchObject({ ackedVersion: accepted, rejection: "too odd" });

    // gRPC repeats the error with each request that only changes names.
    client.send("EDS", { names: [BACKEND_CLUSTER], to: response, error: "too odd" });
    plane.update(modelOf(...plane.model.services));
    expect(await client.drain()).toEqual([]);
    expect(reported).toHaveLength(1);

    stop();
    plane.setEndpoints(BACKEND, [endpoint("127.0.0.5")]);
    await client.accept([BACKEND_CLUSTER]);
    await plane.acknowledged();
    expect(plane.clients()[0]?.types.EDS).toMatchObject({ rejection: undefined });
  });

  test("a request about an overtaken response is not taken for an answer to the newer one", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    client.send("EDS", { names: [BACKEND_CLUSTER] });
    const first = await client.next();
    plane.setEndpoints(BACKEND, [endpoint("127.0.0.4")]);
    const second = await client.next();
    client.send("EDS", { names: [BACKEND_CLUSTER], to: first });
    expect(await client.drain()).toEqual([]);
    expect(plane.clients()[0]).toMatchObject({ settled: false });
    client.send("EDS", { names: [BACKEND_CLUSTER], to: second });
    await plane.acknowledged();
    expect(plane.clients()[0]?.types.EDS?.ackedVersion).toBe(second.version);
  });
});

describe("streams", () => {
  test("a client that comes back with the current version is answered, with the same version", async () => {
    await using plane = await listen(backend());
    let version: string;
    {
      using client = new HandClient(plane.uri);
      ({ version } = await client.take("EDS", [BACKEND_CLUSTER]));
    }
    using again = new HandClient(plane.uri);
    again.send("EDS", { names: [BACKEND_CLUSTER], version });
    expect(await again.next()).toMatchObject({ version, names: [BACKEND_CLUSTER] });
  });

  test("versions outlive the control plane, and tell contents apart", async () => {
    const versions: string[] = [];
    for (const address of ["127.0.0.2", "127.0.0.2", "127.0.0.4"]) {
      await using plane = await listen(backend({ endpoints: [endpoint(address)] }));
      using client = new HandClient(plane.uri);
      versions.push((await client.take("EDS", [BACKEND_CLUSTER])).version);
    }
    expect(versions[1]).toBe(versions[0]);
    expect(versions[2]).not.toBe(versions[0]);
  });

  test("many clients are each pushed a change once, and forgotten when they go", async () => {
    await using plane = await listen(backend());
    const clients = Array.from({ length: 50 }, () => new HandClient(plane.uri));
    for (const client of clients) await client.take("EDS", [BACKEND_CLUSTER]);
    expect(plane.clients()).toHaveLength(50);
    plane.setEndpoints(BACKEND, [endpoint("127.0.0.4")]);
    for (const client of clients) expect(await client.drain()).toHaveLength(1);
    for (const client of clients) client[Symbol.dispose]();
    await expect.poll(() => plane.clients()).toEqual([]);
  });

  test("a type that is not served is answered with nothing, once", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    const secret = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    client.send(secret, { names: ["default"] });
    const response = await client.next();
    expect(response).toMatchObject({ type: secret, names: [] });
    client.send(secret, { names: ["default"], to: response });
    expect(await client.drain()).toEqual([]);
  });

  test("a malformed request ends its own stream only", async () => {
    await using plane = await listen(backend());
    using witness = new HandClient(plane.uri);
    await witness.take("EDS", [BACKEND_CLUSTER]);

    using garbled = new HandClient(plane.uri);
    garbled.sendRaw(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect((await garbled.ended).code).not.toBe(status.OK);

    using typeless = new HandClient(plane.uri);
    typeless.send("");
    expect(await typeless.ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: "a request must carry a type_url",
    });

    using anonymous = new HandClient(plane.uri, { id: "" });
    expect((await anonymous.take("CDS", [BACKEND_CLUSTER])).names).toEqual([BACKEND_CLUSTER]);

    expect(await witness.drain()).toEqual([]);
    plane.setEndpoints(BACKEND, [endpoint("127.0.0.4")]);
    expect(await witness.next()).toMatchObject({ type: "EDS" });
  });

  test("a first request without a node is refused", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri, null);
    client.send("CDS");
    expect(await client.ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: "the first request of a stream must carry a node",
    });
    expect(plane.clients()).toEqual([]);
  });
});
