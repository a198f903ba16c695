import { ENVOY, type EnvoyProcess, startEnvoy } from "@grpc-lb-lab/envoy";
import { beforeAll, describe, expect, test } from "vitest";
import { sidecarBootstrap } from "./bootstrap/sidecar-bootstrap.ts";
import { ControlPlane } from "./control-plane.ts";
import type { MeshService } from "./model/mesh-model.ts";
import { type Answers, GreeterCaller } from "./testing/greeter-caller.ts";
import { freePort, type GreeterServer, greeterServer } from "./testing/greeter-server.ts";
import { BACKEND, backend, modelOf } from "./testing/models.ts";

let binary: { readonly path: string };
beforeAll(async () => {
  binary = await ENVOY.find({ env: process.env });
});

/** An Envoy beside a pod; ready once it has listeners from the control plane. */
async function sidecar({ host, port }: ControlPlane, nodeIp = "127.0.0.9"): Promise<EnvoyProcess> {
  const admin = { host: "127.0.0.1", port: await freePort() };
  const config = sidecarBootstrap({ controlPlane: { host, port }, admin, nodeIp, pod: "pod", namespace: "lab" });
  return startEnvoy({ binary, name: "sidecar", config });
}

/** A service whose cluster IP is 127.0.0.1 at a free port. */
async function service(changes: Partial<MeshService>): Promise<MeshService> {
  return backend({ port: await freePort(), ...changes });
}

const endpointsOf = (...servers: readonly GreeterServer[]) => servers.map(({ endpoint }) => endpoint);
const targetOf = ({ clusterIp, port }: MeshService) => `${clusterIp}:${port}`;
const countOf = (answers: Answers, pod: string) => answers.filter((answer) => answer === pod).length;

describe("Envoy as a sidecar", () => {
  test("balances over the endpoints, takes a new one at once and leaves one that is withdrawn", async () => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    await using c = await greeterServer("c");
    const called = await service({ endpoints: endpointsOf(a, b), lbPolicy: "ROUND_ROBIN" });
    await using plane = await ControlPlane.listen({ model: modelOf(called) });
    await using _envoy = await sidecar(plane);
    using caller = new GreeterCaller(targetOf(called));
    const even = await caller.call(20);
    expect([countOf(even, "a"), countOf(even, "b")]).toEqual([10, 10]);

    plane.setEndpoints(BACKEND, endpointsOf(a, b, c));
    await plane.acknowledged();
    expect(new Set(await caller.call(30))).toEqual(new Set(["a", "b", "c"]));

    plane.setEndpoints(BACKEND, endpointsOf(b, c));
    await plane.acknowledged();
    expect(new Set(await caller.call(30))).toEqual(new Set(["b", "c"]));
  });

  test("picks by least request by default, and routes by header and weight to subsets", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    const called = await service({
      endpoints: endpointsOf(v1, v2),
      subsets: ["v1", "v2"].map((version) => ({ name: version, labels: { version } })),
      routes: [
        { match: { headers: { "x-canary": { exact: "yes" } } }, destinations: [{ subset: "v2" }] },
        {
          match: { path: { prefix: "/greeter.v1." }, headers: { "x-split": { regex: "y.*" } } },
          destinations: [
            { subset: "v1", weight: 80 },
            { subset: "v2", weight: 20 },
          ],
        },
        { match: { path: { prefix: "/greeter.v1." } }, destinations: [{}] },
      ],
    });
    await using plane = await ControlPlane.listen({ model: modelOf(called) });
    await using envoy = await sidecar(plane);
    using caller = new GreeterCaller(targetOf(called));
    expect(new Set(await caller.call(20, { headers: { "x-canary": "yes" } }))).toEqual(new Set(["v2"]));
    const calls = 500;
    const split = await caller.call(calls, { headers: { "x-split": "yes" } });
    expect(Math.abs(countOf(split, "v2") - calls * 0.2)).toBeLessThanOrEqual(5 * Math.sqrt(calls * 0.2 * 0.8));
    expect(new Set(await caller.call(60))).toEqual(new Set(["v1", "v2"]));
    const dump = await (await fetch(`http://${envoy.adminAddress}/config_dump`)).text();
    expect(dump).toContain('"lb_policy": "LEAST_REQUEST"');
  });

  test("retries as Istio does by default, and not with attempts 0", async () => {
    await using good = await greeterServer("good");
    await using bad = await greeterServer("bad");
    bad.refuse();
    const called = await service({ endpoints: endpointsOf(good, bad), lbPolicy: "ROUND_ROBIN" });
    await using plane = await ControlPlane.listen({ model: modelOf(called) });
    await using _envoy = await sidecar(plane);
    using caller = new GreeterCaller(targetOf(called));
    expect(new Set(await caller.call(20))).toEqual(new Set(["good"]));
    expect(bad.calls).toBeGreaterThan(0);
    plane.update(modelOf({ ...called, retries: { attempts: 0 } }));
    await plane.acknowledged();
    expect(new Set(await caller.call(20))).toEqual(new Set(["good", "UNAVAILABLE: bad refuses"]));
  });

  test("forwards the calls to its pod, found by the node's address", async () => {
    await using app = await greeterServer("app");
    const port = await freePort();
    const workload = { address: "127.0.0.1", port, appAddress: "127.0.0.1", appPort: app.port };
    await using plane = await ControlPlane.listen({ model: { services: [], workloads: [workload] } });
    await using _envoy = await sidecar(plane, workload.address);
    using caller = new GreeterCaller(`127.0.0.1:${port}`);
    expect(await caller.call(3)).toEqual(["app", "app", "app"]);
  });

  test("a pod's sidecar listens for the pod's own calls too where the model says so", async () => {
    await using app = await greeterServer("app");
    const called = await service({ endpoints: endpointsOf(app) });
    const workload = { address: "127.0.0.1", port: await freePort(), appAddress: "127.0.0.1", appPort: app.port };
    await using plane = await ControlPlane.listen({
      model: { services: [called], workloads: [{ ...workload, outbound: true }] },
    });
    await using _envoy = await sidecar(plane, workload.address);
    using inbound = new GreeterCaller(`127.0.0.1:${workload.port}`);
    using outbound = new GreeterCaller(targetOf(called));
    expect([...(await inbound.call(1)), ...(await outbound.call(1))]).toEqual(["app", "app"]);
  });

  test("goes on without its control plane, and takes changes when one is there again", async () => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    const called = await service({ endpoints: endpointsOf(a) });
    const first = await ControlPlane.listen({ model: modelOf(called) });
    await using _envoy = await sidecar(first);
    using caller = new GreeterCaller(targetOf(called));
    expect(await caller.call(2)).toEqual(["a", "a"]);
    await first.close();
    expect(await caller.call(2)).toEqual(["a", "a"]);
    const model = modelOf({ ...called, endpoints: endpointsOf(b) });
    await using second = await ControlPlane.listen({ port: first.port, model });
    await second.acknowledged({ types: ["CDS", "EDS", "LDS", "RDS"] });
    expect(await caller.call(2)).toEqual(["b", "b"]);
  });

  test("moves to another subset without a failed call", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    const base = await service({ endpoints: endpointsOf(v1, v2), retries: { attempts: 0 } });
    const routed = (version: string) =>
      modelOf({
        ...base,
        subsets: [{ name: version, labels: { version } }],
        routes: [{ destinations: [{ subset: version }] }],
      });
    await using plane = await ControlPlane.listen({ model: routed("v1") });
    await using _envoy = await sidecar(plane);
    using caller = new GreeterCaller(targetOf(base));
    expect(await caller.call(1)).toEqual(["v1"]);
    let moved = false;
    const answers: string[] = [];
    const during = (async () => {
      while (!moved) answers.push(...(await caller.call(1)));
    })();
    plane.update(routed("v2"));
    await plane.acknowledged();
    moved = true;
    await during;
    expect(answers.filter((answer) => answer !== "v1" && answer !== "v2")).toEqual([]);
    expect(await caller.call(5)).toEqual(Array(5).fill("v2"));
  });

  test("stops listening for a service that is removed, and listens again when it returns", async () => {
    await using a = await greeterServer("a");
    const called = await service({ endpoints: endpointsOf(a) });
    await using plane = await ControlPlane.listen({ model: modelOf(called) });
    await using envoy = await sidecar(plane);
    const clusters = async () => (await fetch(`http://${envoy.adminAddress}/clusters`)).text();
    expect(await clusters()).toContain("outbound|");
    plane.update(modelOf());
    await plane.acknowledged();
    expect(await clusters()).not.toContain("outbound|");
    plane.update(modelOf(called));
    await plane.acknowledged();
    using caller = new GreeterCaller(targetOf(called));
    expect(await caller.call(1)).toEqual(["a"]);
  });
});

describe("what Envoy rejects is reported, and it goes on with what it had", () => {
  const cases: { what: string; change: (good: MeshService) => readonly MeshService[]; nack: object }[] = [
    {
      what: "LDS: an address that is not this machine's",
      change: (good) => [good, backend({ name: "elsewhere", clusterIp: "203.0.113.1" })],
      nack: { type: "LDS", reason: expect.stringContaining("cannot bind '203.0.113.1:50051'") },
    },
    {
      what: "RDS: a malformed regular expression",
      change: (good) => [{ ...good, routes: [{ match: { path: { regex: "(" } }, destinations: [{}] }] }],
      nack: { type: "RDS", reason: expect.stringContaining("missing )") },
    },
  ];

  test.each(cases)("$what", async ({ change, nack }) => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    const good = await service({ endpoints: endpointsOf(a, b) });
    await using plane = await ControlPlane.listen({ model: modelOf(good) });
    await using _envoy = await sidecar(plane);
    using caller = new GreeterCaller(targetOf(good));
    await caller.call(1);
    plane.update(modelOf(...change(good)));
    await expect(plane.acknowledged()).rejects.toThrow(/pod\.lab.* rejected/);
    expect(plane.nacks()).toMatchObject([nack]);
    expect((await caller.call(4)).filter((answer) => answer !== "a" && answer !== "b")).toEqual([]);
    plane.update(modelOf(good));
    await plane.acknowledged();
    expect(plane.nacks()).toHaveLength(1);
  });
});
