import { expect, test } from "vitest";
import type { TrafficPolicy } from "../model/traffic-policy.ts";
import { backend, SUBSETS } from "../testing/models.ts";
import { inboundCluster, outboundCluster } from "./cluster.ts";

const NO_LIMIT = 4_294_967_295;
const HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

const sidecar = (policy: TrafficPolicy) => outboundCluster(backend(policy), undefined, "sidecar");
const proxyless = (policy: TrafficPolicy) => outboundCluster(backend(policy), undefined, "proxyless");

test("limits are a sidecar's circuit breaker and connections'; gRPC is sent one of them", () => {
  const connectionPool = {
    maxRequests: 10,
    maxPendingRequests: 3,
    maxRequestsPerConnection: 5,
    maxConnectionDurationMs: 500,
  };
  expect(sidecar({ connectionPool })).toMatchObject({
    circuitBreakers: {
      thresholds: [{ maxRequests: 10, maxPendingRequests: 3, maxConnections: NO_LIMIT, maxRetries: NO_LIMIT }],
    },
    typedExtensionProtocolOptions: {
      [HTTP]: { commonHttpProtocolOptions: { maxRequestsPerConnection: 5, maxConnectionDuration: "0.5s" } },
    },
  });
  expect(proxyless({ connectionPool }).circuitBreakers).toEqual({ thresholds: [{ maxRequests: 10 }] });
  expect(proxyless({ connectionPool: { maxConnections: 1 } }).circuitBreakers).toBeUndefined();
});

test("the service's limits hold before the application as well", () => {
  const workload = { address: "127.0.0.2", port: 50051, appAddress: "127.0.0.3", appPort: 50051 };
  const cluster = inboundCluster({ ...workload, connectionPool: { maxRequests: 10 } });
  expect(cluster).toMatchObject({ circuitBreakers: { thresholds: [{ maxRequests: 10 }] } });
});

test("outlier detection is a sidecar's alone, and always enforced", () => {
  const outlierDetection = {
    consecutive5xxErrors: 3,
    consecutiveGatewayErrors: 0,
    intervalMs: 1_000,
    minHealthPercent: 20,
  };
  expect(sidecar({ outlierDetection })).toMatchObject({
    outlierDetection: {
      enforcingSuccessRate: 0,
      consecutive5xx: 3,
      enforcingConsecutive5xx: 100,
      consecutiveGatewayFailure: 0,
      enforcingConsecutiveGatewayFailure: 0,
      interval: "1s",
    },
    commonLbConfig: { healthyPanicThreshold: { value: 20 } },
  });
  expect(proxyless({ outlierDetection }).outlierDetection).toBeUndefined();
});

test.each([
  [{ lbPolicy: "RANDOM" }, "RANDOM", undefined],
  [{ lbPolicy: "LEAST_CONN" }, "LEAST_REQUEST", undefined],
  [{ lbPolicy: "LEAST_REQUEST" }, "LEAST_REQUEST", "LEAST_REQUEST"],
  [{ lbPolicy: "ROUND_ROBIN" }, undefined, undefined],
  [{}, "LEAST_REQUEST", undefined],
  [{ consistentHash: { key: { header: "a" } } }, "RING_HASH", "RING_HASH"],
  [{ consistentHash: { key: { header: "a" }, table: "maglev" } }, "MAGLEV", "MAGLEV"],
] as const)("%j is another policy for sidecars, %s, than for gRPC, %s", (policy, forSidecars, forGrpc) => {
  expect(sidecar(policy).lbPolicy).toBe(forSidecars);
  expect(proxyless(policy).lbPolicy).toBe(forGrpc);
});

test("a warmup is a sidecar's slow start under the policies that have one", () => {
  const slowStartConfig = {
    slowStartWindow: "30s",
    aggression: { defaultValue: 1, runtimeKey: "(" },
    minWeightPercent: { value: 10 },
  };
  const warmup = { durationMs: 30_000 };
  expect(sidecar({ warmup }).leastRequestLbConfig).toEqual({ slowStartConfig });
  expect(sidecar({ warmup, lbPolicy: "ROUND_ROBIN" }).roundRobinLbConfig).toEqual({ slowStartConfig });
  expect(JSON.stringify(proxyless({ warmup }))).not.toContain("slowStart");
});

test("a subset has the service's policy but for what is its own; of balancing, all or nothing", () => {
  const [v1] = SUBSETS.map((subset) => ({ ...subset, lbPolicy: "ROUND_ROBIN" as const }));
  const connectionPool = { maxRequests: 7 };
  const service = backend({ consistentHash: { key: { header: "a" } }, connectionPool });
  const cluster = outboundCluster(service, v1, "sidecar");
  expect(cluster.ringHashLbConfig).toBeUndefined();
  expect(cluster).toMatchObject({ circuitBreakers: { thresholds: [{ maxRequests: 7 }] } });
});
