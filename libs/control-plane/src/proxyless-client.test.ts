import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { ControlPlane } from "./control-plane.ts";
import type { MeshService } from "./model/mesh-model.ts";
import type { Answers } from "./testing/greeter-caller.ts";
import { type GreeterServer, greeterServer } from "./testing/greeter-server.ts";
import { BACKEND, backend, modelOf, SUBSETS } from "./testing/models.ts";
import { xdsClient, xdsServer } from "./testing/xds-child.ts";

const TARGET = "xds:///backend.lab.svc.cluster.local:50051";

const planeOf = (changes: Partial<MeshService>) => ControlPlane.listen({ model: modelOf(backend(changes)) });

const endpointsOf = (...servers: readonly GreeterServer[]) => servers.map(({ endpoint }) => endpoint);

function countOf(answers: Answers, pod: string): number {
  return answers.filter((answer) => answer === pod).length;
}

describe("grpc-js-xds", () => {
  test("calls every endpoint in turn, takes a new one at once and leaves one that is withdrawn", async () => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    await using c = await greeterServer("c");
    await using plane = await planeOf({ endpoints: endpointsOf(a, b) });
    await using client = xdsClient(plane.uri, TARGET);
    // The first calls go to whichever endpoint is connected first.
    await client.callUntil(4, (answers) => new Set(answers).size === 2);
    const even = await client.call(20);
    expect([countOf(even, "a"), countOf(even, "b")]).toEqual([10, 10]);

    plane.setEndpoints(BACKEND, endpointsOf(a, b, c));
    await plane.acknowledged();
    await client.callUntil(3, (answers) => new Set(answers).size === 3);

    plane.setEndpoints(BACKEND, endpointsOf(b, c));
    await plane.acknowledged();
    expect(new Set(await client.call(20))).toEqual(new Set(["b", "c"]));
  });

  test("routes by header to a subset, and the rest to every endpoint", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    await using plane = await planeOf({
      endpoints: endpointsOf(v1, v2),
      subsets: [{ name: "v2", labels: { version: "v2" } }],
      routes: [
        { match: { headers: { "x-canary": { exact: "yes" } } }, destinations: [{ subset: "v2" }] },
        { destinations: [{}] },
      ],
    });
    await using client = xdsClient(plane.uri, TARGET);
    expect(new Set(await client.call(10, { headers: { "x-canary": "yes" } }))).toEqual(new Set(["v2"]));
    await client.callUntil(4, (answers) => new Set(answers).size === 2);
  });

  test("routes by a header that is there, whatever its value", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    await using plane = await planeOf({
      endpoints: endpointsOf(v1, v2),
      subsets: SUBSETS,
      routes: [
        { match: { headers: { "x-canary": { present: true } } }, destinations: [{ subset: "v2" }] },
        { destinations: [{ subset: "v1" }] },
      ],
    });
    await using client = xdsClient(plane.uri, TARGET);
    expect(await client.call(2, { headers: { "x-canary": "any" } })).toEqual(["v2", "v2"]);
    expect(await client.call(2)).toEqual(["v1", "v1"]);
  });

  test("aborts the calls of a fault's percentage: within 5 standard deviations, and tries none of them again", async () => {
    await using a = await greeterServer("a");
    const abort = { grpcStatus: 14, percentage: 20 };
    await using plane = await planeOf({
      endpoints: endpointsOf(a),
      routes: [{ destinations: [{}], fault: { abort } }],
    });
    await using client = xdsClient(plane.uri, TARGET);
    const calls = 500;
    const answers = await client.call(calls);
    const aborted = countOf(answers, "UNAVAILABLE: Fault injected");
    expect(aborted + countOf(answers, "a")).toBe(calls);
    expect(Math.abs(aborted - calls * 0.2)).toBeLessThanOrEqual(5 * Math.sqrt(calls * 0.2 * 0.8));
    expect(a.calls).toBe(calls - aborted);
  });

  test("aborts with an HTTP status as gRPC reads it", async () => {
    const routes = [404, 429, 500, 503].map((httpStatus) => ({
      match: { headers: { "x-status": { exact: String(httpStatus) } } },
      destinations: [{}],
      fault: { abort: { httpStatus, percentage: 100 } },
    }));
    await using plane = await planeOf({ routes });
    await using client = xdsClient(plane.uri, TARGET);
    const read = async (status: string) => (await client.call(1, { headers: { "x-status": status } }))[0];
    expect(await read("404")).toBe("UNIMPLEMENTED: Fault injected");
    expect(await read("429")).toBe("UNAVAILABLE: Fault injected");
    expect(await read("500")).toBe("UNKNOWN: Fault injected");
    expect(await read("503")).toBe("UNAVAILABLE: Fault injected");
  });

  test("delays the calls of a fault's percentage, which counts for the route's timeout", async () => {
    await using a = await greeterServer("a");
    const delayed = (percentage: number | undefined) =>
      backend({
        endpoints: endpointsOf(a),
        routes: [
          {
            destinations: [{}],
            timeoutMs: 3_000,
            fault: { delay: { fixedDelayMs: 60_000, ...(percentage === undefined ? {} : { percentage }) } },
          },
        ],
      });
    await using plane = await ControlPlane.listen({ model: modelOf(delayed(undefined)) });
    await using client = xdsClient(plane.uri, TARGET);
    expect(await client.call(2)).toEqual(["a", "a"]);
    plane.update(modelOf(delayed(100)));
    await plane.acknowledged();
    await client.callUntil(1, ([answer]) => answer?.startsWith("DEADLINE_EXCEEDED") ?? false);
    expect(a.calls).toBe(2);
  });

  test("splits by weight: within 5 standard deviations", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    const destinations = [
      { subset: "v1", weight: 20 },
      { subset: "v2", weight: 80 },
    ];
    await using plane = await planeOf({ endpoints: endpointsOf(v1, v2), subsets: SUBSETS, routes: [{ destinations }] });
    await using client = xdsClient(plane.uri, TARGET);
    const calls = 1_000;
    const bound = 5 * Math.sqrt(calls * 0.2 * 0.8);
    const answers = await client.call(calls);
    expect(countOf(answers, "v1") + countOf(answers, "v2")).toBe(calls);
    expect(Math.abs(countOf(answers, "v1") - calls * 0.2)).toBeLessThanOrEqual(bound);
  });

  test("fails calls that go to a subset without endpoints, and serves them once it has one", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    const canaries = { match: { headers: { "x-canary": { exact: "yes" } } }, destinations: [{ subset: "v2" }] };
    const routes = [canaries, { destinations: [{}] }];
    await using plane = await planeOf({ endpoints: endpointsOf(v1), subsets: SUBSETS, routes });
    await using client = xdsClient(plane.uri, TARGET);
    const canary = { headers: { "x-canary": "yes" }, waitForReady: false };
    expect(await client.call(1, canary)).toEqual([expect.stringMatching(/^UNAVAILABLE/)]);
    expect(await client.call(1)).toEqual(["v1"]);
    plane.setEndpoints(BACKEND, endpointsOf(v1, v2));
    await client.callUntil(1, ([answer]) => answer === "v2", canary);
  });

  test("balances over zones by the sum of their weights: within 5 standard deviations", async () => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    await using c = await greeterServer("c");
    const zones = ["east", "east", "west"];
    const endpoints = endpointsOf(a, b, c).map((endpoint, index) => ({ ...endpoint, zone: zones[index] ?? "" }));
    await using plane = await planeOf({ endpoints });
    await using client = xdsClient(plane.uri, TARGET);
    await client.callUntil(6, (answers) => new Set(answers).size === 3);
    const calls = 450;
    const bound = 5 * Math.sqrt(calls * (1 / 3) * (2 / 3));
    expect(Math.abs(countOf(await client.call(calls), "c") - calls / 3)).toBeLessThanOrEqual(bound);
  });

  test("retries as Istio does by default, and not with attempts 0", async () => {
    await using good = await greeterServer("good");
    await using bad = await greeterServer("bad");
    bad.refuse();
    await using plane = await planeOf({ endpoints: endpointsOf(good, bad) });
    await using client = xdsClient(plane.uri, TARGET);
    expect(new Set(await client.call(20))).toEqual(new Set(["good"]));
    expect(bad.calls).toBeGreaterThan(0);

    plane.update(modelOf(backend({ endpoints: endpointsOf(good, bad), retries: { attempts: 0 } })));
    await plane.acknowledged();
    await client.callUntil(2, (answers) => answers.includes("UNAVAILABLE: bad refuses"));
  });

  test("ends calls at the model's timeout, before the caller's own deadline", async () => {
    await using silent = await greeterServer("silent");
    silent.hang();
    await using plane = await planeOf({ endpoints: endpointsOf(silent), timeoutMs: 200 });
    await using client = xdsClient(plane.uri, TARGET);
    // Longer than this test may last.
    const [answer] = await client.call(1, { deadlineMs: 600_000 });
    expect(answer).toMatch(/^DEADLINE_EXCEEDED/);
  });

  test("goes on without its control plane, and takes changes when one is there again", async () => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    const first = await planeOf({ endpoints: endpointsOf(a) });
    const { port } = first;
    await using client = xdsClient(first.uri, TARGET);
    expect(await client.call(3)).toEqual(["a", "a", "a"]);
    await first.close();
    expect(await client.call(3)).toEqual(["a", "a", "a"]);
    await using second = await ControlPlane.listen({ port, model: modelOf(backend({ endpoints: endpointsOf(b) })) });
    await second.acknowledged({ types: ["EDS"] });
    await client.callUntil(3, (answers) => countOf(answers, "b") === 3);
  });

  // grpc-js-xds 1.14.1 does not notice a resource that returns just as it was before it was removed: a new client does.
  test("fails calls to a service that is removed, and a client that comes after its return is served", async () => {
    await using a = await greeterServer("a");
    await using plane = await planeOf({ endpoints: endpointsOf(a) });
    const { model } = plane;
    await using client = xdsClient(plane.uri, TARGET);
    expect(await client.call(1)).toEqual(["a"]);
    plane.update(modelOf());
    await client.callUntil(1, ([answer]) => answer !== "a", { deadlineMs: 500 });
    plane.update(model);
    await using later = xdsClient(plane.uri, TARGET, { pod: "later" });
    expect(await later.call(1)).toEqual(["a"]);
  });

  test("moves to another subset without a failed call", async () => {
    await using v1 = await greeterServer("v1", { version: "v1" });
    await using v2 = await greeterServer("v2", { version: "v2" });
    const routed = (version: string) =>
      backend({
        endpoints: endpointsOf(v1, v2),
        subsets: [{ name: version, labels: { version } }],
        routes: [{ destinations: [{ subset: version }] }],
        retries: { attempts: 0 },
      });
    await using plane = await ControlPlane.listen({ model: modelOf(routed("v1")) });
    await using client = xdsClient(plane.uri, TARGET);
    expect(await client.call(1)).toEqual(["v1"]);
    const during = client.call(300);
    plane.update(modelOf(routed("v2")));
    expect(new Set(await during)).toEqual(new Set(["v1", "v2"]));
    expect(await client.call(5)).toEqual(Array(5).fill("v2"));
  });

  test("several clients are each served", async () => {
    await using a = await greeterServer("a");
    await using plane = await planeOf({ endpoints: endpointsOf(a) });
    await using one = xdsClient(plane.uri, TARGET, { pod: "one" });
    await using two = xdsClient(plane.uri, "xds:///backend:50051", { pod: "two" });
    expect(await one.call(1)).toEqual(["a"]);
    expect(await two.call(1)).toEqual(["a"]);
    expect(plane.clients().map(({ proxy }) => proxy.id.split("~")[2])).toEqual(["one.lab", "two.lab"]);
  });

  test("as a server serves under the listener that it is given", async () => {
    await using plane = await planeOf({ endpoints: [] });
    await using server = await xdsServer(plane.uri);
    await using client = xdsClient(plane.uri, TARGET);
    plane.setEndpoints(BACKEND, [{ address: "127.0.0.1", port: server.port }]);
    expect(await client.call(1)).toEqual(["xds-server"]);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

  test.runIf(hasIpv6)(
    `as a server known as 0.0.0.0 answers on addresses of IPv6${hasIpv6 ? "" : " (NOT RUN: this machine has no ::1)"}`,
    async () => {
      await using plane = await planeOf({ endpoints: [] });
      await using server = await xdsServer(plane.uri, { listener: "0.0.0.0" });
      await using client = xdsClient(plane.uri, TARGET);
      plane.setEndpoints(BACKEND, [{ address: "::1", port: server.port }]);
      expect(await client.call(1)).toEqual(["xds-server"]);
    },
  );
});

describe("what grpc-js-xds rejects is reported, and it goes on with what it had", () => {
  const HUGE = 3_000_000_000;
  const cases: { what: string; change: (endpoints: MeshService["endpoints"]) => Partial<MeshService>; nack: object }[] =
    [
      {
        what: "CDS: the policy LEAST_REQUEST",
        change: () => ({ lbPolicy: "LEAST_REQUEST" }),
        nack: { type: "CDS", reason: expect.stringContaining("LEAST_REQUEST") },
      },
      {
        what: "CDS: mutual TLS without a certificate in its bootstrap",
        change: () => ({ tls: "ISTIO_MUTUAL" }),
        nack: {
          type: "CDS",
          reason: expect.stringContaining("tls_certificate_provider_instance.instance_name: default"),
        },
      },
      {
        what: "EDS: weights above 2^32 in all",
        change: ([one, two]) => ({
          endpoints: [one, two].flatMap((each, index) => (each ? [{ ...each, zone: `z${index}`, weight: HUGE }] : [])),
        }),
        nack: { type: "EDS", reason: expect.stringContaining("total weight greater than UINT32_MAX") },
      },
      {
        what: "RDS: an abort without a percentage",
        change: () => ({ routes: [{ destinations: [{}], fault: { abort: { grpcStatus: 14 } } }] }),
        nack: {
          type: "RDS",
          reason: expect.stringContaining("typed_per_filter_config[envoy.filters.http.fault] validation failed"),
        },
      },
      {
        what: "RDS: weights above 2^32 in all",
        change: () => ({ routes: [{ destinations: [{ weight: HUGE }, { weight: HUGE }] }] }),
        nack: { type: "RDS", reason: expect.stringContaining("sum of weights is greater than UINT32_MAX") },
      },
    ];

  test.each(cases)("$what", async ({ change, nack }) => {
    await using a = await greeterServer("a");
    await using b = await greeterServer("b");
    const endpoints = endpointsOf(a, b);
    await using plane = await planeOf({ endpoints });
    await using client = xdsClient(plane.uri, TARGET);
    await client.call(1);
    plane.update(modelOf(backend({ endpoints, ...change(endpoints) })));
    await expect(plane.acknowledged()).rejects.toThrow(/client\.lab.* rejected/);
    expect(plane.nacks()).toMatchObject([nack]);
    expect((await client.call(4)).filter((answer) => answer !== "a" && answer !== "b")).toEqual([]);

    plane.update(modelOf(backend({ endpoints })));
    await plane.acknowledged();
    expect(plane.nacks()).toHaveLength(1);
  });
});
