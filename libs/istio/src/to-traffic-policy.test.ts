import { expect, test } from "vitest";
import { readIstioRules } from "./istio-manifest.ts";
import { IstioRules } from "./istio-rules.ts";

function policyOf(trafficPolicy: object) {
  const { written, mistakes } = readIstioRules([
    {
      apiVersion: "networking.istio.io/v1",
      kind: "DestinationRule",
      metadata: { name: "backend" },
      spec: { host: "backend", trafficPolicy },
    },
  ]);
  const rules = new IstioRules({ services: ["backend"], namespace: "lab", port: 50051 });
  rules.apply(written);
  const { routes: _, subsets: __, ...policy } = rules.service("backend");
  return { mistakes, policy };
}

test.each([
  [
    { loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "30s", aggression: 2 } } },
    { lbPolicy: "LEAST_REQUEST", warmup: { durationMs: 30_000, aggression: 2 } },
  ],
  [{ loadBalancer: { simple: "UNSPECIFIED" } }, {}],
  [
    { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } },
    { consistentHash: { key: { header: "x-user" } } },
  ],
  [
    { loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 101 } } } },
    { consistentHash: { key: { sourceIp: true }, table: "maglev", size: 101 } },
  ],
  [
    { loadBalancer: { consistentHash: { httpCookie: { name: "user", ttl: "0s" }, ringHash: { minimumRingSize: 9 } } } },
    { consistentHash: { key: { cookie: "user", ttlMs: 0 }, size: 9 } },
  ],
  [
    {
      loadBalancer: {
        localityLbSetting: { distribute: [{ from: "lab/*", to: { "lab/lab-a": 80, "lab/lab-b": 20 } }] },
      },
    },
    { locality: { distribute: [{ from: "lab/*", to: { "lab/lab-a": 80, "lab/lab-b": 20 } }] } },
  ],
  [
    {
      connectionPool: {
        http: { http2MaxRequests: 10, http1MaxPendingRequests: 1, maxRequestsPerConnection: 5, maxRetries: 0 },
        tcp: { maxConnections: 2, maxConnectionDuration: "1m" },
      },
    },
    {
      connectionPool: {
        maxRequests: 10,
        maxPendingRequests: 1,
        maxRequestsPerConnection: 5,
        maxConnections: 2,
        maxConnectionDurationMs: 60_000,
      },
    },
  ],
  [
    { outlierDetection: { consecutive5xxErrors: 3, interval: "1s", baseEjectionTime: "10s", maxEjectionPercent: 50 } },
    {
      outlierDetection: {
        consecutive5xxErrors: 3,
        intervalMs: 1_000,
        baseEjectionTimeMs: 10_000,
        maxEjectionPercent: 50,
      },
    },
  ],
])("%j is taken", (written, policy) => {
  expect(policyOf(written)).toEqual({ mistakes: [], policy });
});

test.each([
  [{ loadBalancer: { simple: "RANDOM", consistentHash: { httpHeaderName: "a" } } }, "at most one of simple"],
  [{ loadBalancer: { consistentHash: { httpHeaderName: "a", useSourceIp: true } } }, "must have exactly one of"],
  [{ loadBalancer: { localityLbSetting: { distribute: [{ from: "a", to: { b: 90 } }] } } }, "weight must be 100"],
  [
    {
      loadBalancer: {
        localityLbSetting: { distribute: [{ from: "a", to: { b: 100 } }], failover: [{ from: "a", to: "b" }] },
      },
    },
    "can not simultaneously specify 'distribute' and 'failover'",
  ],
  [{ outlierDetection: { consecutiveLocalOriginFailures: 1 } }, "split external local origin errors is set to false"],
])("what Istio's webhook refuses is a mistake: %j", (written, mistake) => {
  expect(policyOf(written).mistakes).toEqual([expect.stringContaining(mistake)]);
});
