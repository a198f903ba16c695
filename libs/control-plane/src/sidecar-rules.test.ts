import { ENVOY, type EnvoyProcess, startEnvoy } from "@grpc-lb-lab/envoy";
import { beforeAll, expect, test, vi } from "vitest";
import { sidecarBootstrap } from "./bootstrap/sidecar-bootstrap.ts";
import { ControlPlane } from "./control-plane.ts";
import type { AuthorizationPolicy, InboundWorkload } from "./model/inbound-workload.ts";
import type { MeshModel } from "./model/mesh-model.ts";
import type { TrafficPolicy } from "./model/traffic-policy.ts";
import { GreeterCaller } from "./testing/greeter-caller.ts";
import { freePort, greeterServer } from "./testing/greeter-server.ts";
import { backend, SUBSETS } from "./testing/models.ts";

const POD = "127.0.0.1";
const SAY_HELLO = "/greeter.v1.GreeterService/SayHello";

let binary: { readonly path: string };
beforeAll(async () => {
  binary = await ENVOY.find({ env: process.env });
});

/** The Envoy of a pod in zone a. */
async function sidecar({ host, port }: ControlPlane): Promise<EnvoyProcess> {
  const admin = { host: "127.0.0.1", port: await freePort() };
  const locality = { region: "lab", zone: "a" };
  const node = { nodeIp: POD, pod: "pod", namespace: "lab", locality };
  const config = sidecarBootstrap({ controlPlane: { host, port }, admin, ...node });
  return startEnvoy({ binary, name: "sidecar", config });
}

const POLICIES: readonly (readonly [string, TrafficPolicy])[] = [
  [
    "limits, outlier detection and a retry budget",
    {
      connectionPool: {
        maxRequests: 10,
        maxPendingRequests: 1,
        maxRequestsPerConnection: 5,
        maxRetries: 1,
        maxConcurrentStreams: 3,
        maxConnections: 2,
        connectTimeoutMs: 1_000,
        maxConnectionDurationMs: 60_000,
        idleTimeoutMs: 60_000,
      },
      retryBudget: { percent: 10, minRetryConcurrency: 1 },
      outlierDetection: {
        consecutive5xxErrors: 3,
        consecutiveGatewayErrors: 2,
        consecutiveLocalOriginFailures: 1,
        splitExternalLocalOriginErrors: true,
        intervalMs: 1_000,
        baseEjectionTimeMs: 1_000,
        maxEjectionPercent: 100,
        minHealthPercent: 10,
      },
    },
  ],
  ["a warmup of least request", { warmup: { durationMs: 1_000, aggression: 2 } }],
  ["a warmup of rotation", { lbPolicy: "ROUND_ROBIN", warmup: { durationMs: 1_000 } }],
  ["a ring by header", { consistentHash: { key: { header: "x-user" } } }],
  ["Maglev's table by cookie", { consistentHash: { key: { cookie: "user", ttlMs: 0 }, table: "maglev", size: 101 } }],
  ["a ring by address", { consistentHash: { key: { sourceIp: true }, size: 16 } }],
];

test.each(POLICIES)("Envoy takes %s", async (_, policy) => {
  await using a = await greeterServer("a");
  const service = backend({ port: await freePort(), endpoints: [a.endpoint], ...policy });
  await using plane = await ControlPlane.listen({ model: { services: [service] } });
  await using _envoy = await sidecar(plane);
  await plane.acknowledged({ types: ["CDS", "EDS", "LDS", "RDS"] });
  using caller = new GreeterCaller(`${POD}:${service.port}`);
  expect(await caller.call(1)).toEqual(["a"]);
});

test("copies go to a mirror, and headers change, as routes say", async () => {
  await using v1 = await greeterServer("v1", { version: "v1" });
  await using v2 = await greeterServer("v2", { version: "v2" });
  const toV1 = { subset: "v1", headers: { response: { set: { "x-of": "v1" } } } };
  const headers = { request: { set: { "x-mark": "1" }, add: { "x-more": "2" }, remove: ["x-gone"] } };
  const marked = { match: { headers: { "x-mark": { exact: "1" } } }, destinations: [{ subset: "v2" }] };
  const mirrors = [{ subset: "v2" }];
  const retries = { attempts: 1, retryOn: "reset,503", perTryTimeoutMs: 5_000, backoffMs: 10 };
  const service = backend({
    port: await freePort(),
    endpoints: [v1.endpoint, v2.endpoint],
    subsets: SUBSETS,
    routes: [marked, { destinations: [toV1], headers, mirrors, retries }],
  });
  await using plane = await ControlPlane.listen({ model: { services: [service] } });
  await using _envoy = await sidecar(plane);
  using caller = new GreeterCaller(`${POD}:${service.port}`);
  expect(await caller.call(3)).toEqual(["v1", "v1", "v1"]);
  await vi.waitFor(() => expect(v2.calls).toBe(3), { timeout: 60_000 });
});

test("calls stay in the caller's zone as long as its pods are well, where there is outlier detection", async () => {
  await using near = await greeterServer("near");
  await using far = await greeterServer("far");
  const inZone = (server: typeof near, zone: string) => ({ ...server.endpoint, region: "lab", zone });
  const endpoints = [inZone(near, "a"), inZone(far, "b")];
  const outlierDetection = { consecutive5xxErrors: 1, baseEjectionTimeMs: 60_000, maxEjectionPercent: 100 };
  const service = backend({ port: await freePort(), endpoints, outlierDetection, retries: { attempts: 0 } });
  await using plane = await ControlPlane.listen({ model: { services: [service] } });
  await using _envoy = await sidecar(plane);
  using caller = new GreeterCaller(`${POD}:${service.port}`);
  expect(new Set(await caller.call(10))).toEqual(new Set(["near"]));
  near.refuse();
  await caller.call(1);
  expect(new Set(await caller.call(10))).toEqual(new Set(["far"]));
});

const allow = (...paths: string[]): AuthorizationPolicy => ({
  name: "allow",
  action: "ALLOW",
  rules: [{ operations: [{ paths, methods: ["POST"] }] }],
});
const deny = (...notPaths: string[]): AuthorizationPolicy => ({
  name: "deny",
  action: "DENY",
  rules: [{ operations: [{ notPaths }] }],
});
const DENIED = "PERMISSION_DENIED: RBAC: access denied";

test("who may call what is decided before the pod's application, by method", async () => {
  await using app = await greeterServer("app");
  const pod = { address: POD, port: await freePort(), appAddress: "127.0.0.1", appPort: app.port };
  const model = (changes: Partial<InboundWorkload>): MeshModel => ({
    services: [],
    workloads: [{ ...pod, ...changes }],
  });
  await using plane = await ControlPlane.listen({ model: model({}) });
  await using _envoy = await sidecar(plane);
  const under = async (...authorization: AuthorizationPolicy[]) => {
    plane.update(model({ authorization }));
    await plane.acknowledged();
    // Connections of before are still with the listener of before.
    using caller = new GreeterCaller(`${POD}:${pod.port}`);
    return await caller.call(1);
  };
  expect(await under(allow(SAY_HELLO))).toEqual(["app"]);
  expect(await under(allow("/other/*"))).toEqual([DENIED]);
  expect(await under(allow("/greeter.v1.*"), deny("*/SayHello"))).toEqual(["app"]);
  expect(await under(allow(SAY_HELLO), deny("/other/*"))).toEqual([DENIED]);
  expect(await under({ name: "nothing", action: "ALLOW", rules: [] })).toEqual([DENIED]);
});

test("a filter that is inserted limits the rate, its fields in either of protobuf's JSON names", async () => {
  await using app = await greeterServer("app");
  const always = { default_value: { numerator: 100, denominator: "HUNDRED" } };
  const typed_config = {
    "@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
    type_url: "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    value: {
      stat_prefix: "calls",
      token_bucket: { max_tokens: 2, tokens_per_fill: 2, fill_interval: "3600s" },
      filter_enabled: always,
      filter_enforced: always,
    },
  };
  const filter = { name: "envoy.filters.http.local_ratelimit", typed_config };
  const httpFilters = [{ filter, before: "envoy.filters.http.router" }];
  const pod = { address: POD, port: await freePort(), appAddress: "127.0.0.1", appPort: app.port };
  await using plane = await ControlPlane.listen({ model: { services: [], workloads: [{ ...pod, httpFilters }] } });
  await using _envoy = await sidecar(plane);
  using caller = new GreeterCaller(`${POD}:${pod.port}`);
  expect(await caller.call(3)).toEqual(["app", "app", "UNAVAILABLE: local_rate_limited"]);
});
