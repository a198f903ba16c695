import { expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { MeshRoute } from "../model/mesh-route.ts";
import { backend, SUBSETS } from "../testing/models.ts";
import { routesOf } from "./route.ts";

const cluster = (subset: string) => `outbound|50051|${subset}|backend.lab.svc.cluster.local`;

const actionsOf = (...routes: MeshRoute[]) =>
  routesOf(backend({ subsets: SUBSETS, routes }), "proxyless").map(({ route }) => route as JsonObject | undefined);

test("weights are passed on, and a destination without any is left out, as istiod does", () => {
  const destinations = [{ subset: "v1", weight: 20 }, { subset: "v2", weight: 80 }, { weight: 0 }];
  expect(actionsOf({ destinations })).toMatchObject([
    {
      weightedClusters: {
        clusters: [
          { name: cluster("v1"), weight: 20 },
          { name: cluster("v2"), weight: 80 },
        ],
      },
    },
  ]);
});

test("calls go to the whole service; where there are routes, those alone take calls", () => {
  expect(actionsOf()).toMatchObject([{ cluster: cluster("") }]);
  const match = { headers: { "x-canary": { exact: "yes" } } };
  expect(actionsOf({ match, destinations: [{ subset: "v2" }] })).toMatchObject([{ cluster: cluster("v2") }]);
});

test("a destination may be another service", () => {
  const destinations = [{ service: "backend-v1", weight: 20 }, { service: "backend-v2" }];
  expect(actionsOf({ destinations })[0]).toMatchObject({
    weightedClusters: {
      clusters: [
        { name: "outbound|50051||backend-v1.lab.svc.cluster.local", weight: 20 },
        { name: "outbound|50051||backend-v2.lab.svc.cluster.local", weight: 1 },
      ],
    },
  });
});

test("a header that must be there, whatever its value, is a present_match, as istiod makes it", () => {
  const match = { headers: { "x-user": { prefix: "a" }, "x-canary": { present: true } } } as const;
  const [route] = routesOf(backend({ routes: [{ match, destinations: [{}] }] }), "proxyless");
  expect(route?.match).toMatchObject({
    headers: [
      { name: "x-canary", presentMatch: true },
      { name: "x-user", stringMatch: { prefix: "a" } },
    ],
  });
});

test.each([
  [
    { delay: { fixedDelayMs: 1_500, percentage: 12.34567 }, abort: { httpStatus: 503, percentage: 100 } },
    {
      delay: { fixedDelay: "1.5s", percentage: { numerator: 123_456, denominator: "MILLION" } },
      abort: { httpStatus: 503, percentage: { numerator: 1_000_000, denominator: "MILLION" } },
    },
  ],
  [
    { delay: { fixedDelayMs: 1 }, abort: { grpcStatus: 14 } },
    {
      delay: { fixedDelay: "0.001s", percentage: { numerator: 0, denominator: "HUNDRED" } },
      abort: { grpcStatus: 14, percentage: undefined },
    },
  ],
])(
  "faults %o are the route's own configuration of the filter, as istiod's TranslateFault makes it",
  (fault, config) => {
    const [route] = routesOf(backend({ routes: [{ fault, destinations: [{}] }] }), "proxyless");
    const url = "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";
    expect(route?.typedPerFilterConfig).toEqual({ "envoy.filters.http.fault": { "@type": url, ...config } });
  },
);

test("mirrors are the calls' other clusters, and one that gets nothing is left out, as istiod does", () => {
  const mirrors = [{ subset: "v2" }, { service: "backend-v2", percentage: 12.5 }, { subset: "v1", percentage: 0 }];
  const [action] = actionsOf({ destinations: [{}], mirrors });
  expect(action?.requestMirrorPolicies).toEqual([
    {
      cluster: cluster("v2"),
      runtimeFraction: { defaultValue: { numerator: 1_000_000, denominator: "MILLION" } },
      traceSampled: false,
    },
    {
      cluster: "outbound|50051||backend-v2.lab.svc.cluster.local",
      runtimeFraction: { defaultValue: { numerator: 125_000, denominator: "MILLION" } },
      traceSampled: false,
    },
  ]);
});

test("a sole destination's headers come after the route's; those of several are their clusters'", () => {
  const headers = { request: { set: { "x-b": "1" }, add: { "x-c": "2", "x-a": "3" }, remove: ["x-d"] } };
  const own = { response: { set: { "x-e": "4" } } };
  const [sole] = routesOf(backend({ routes: [{ headers, destinations: [{ headers: own }] }] }), "sidecar");
  expect(sole).toMatchObject({
    requestHeadersToAdd: [
      { header: { key: "x-b", value: "1" }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" },
      { header: { key: "x-a", value: "3" } },
      { header: { key: "x-c", value: "2" } },
    ],
    requestHeadersToRemove: ["x-d"],
    responseHeadersToAdd: [{ header: { key: "x-e", value: "4" } }],
  });
  const two = [{ headers: own }, { subset: "v2" }];
  const [several] = routesOf(backend({ subsets: SUBSETS, routes: [{ headers, destinations: two }] }), "sidecar");
  expect(several?.responseHeadersToAdd).toBeUndefined();
  expect(several?.route).toMatchObject({
    weightedClusters: { clusters: [{ responseHeadersToAdd: [{ header: { key: "x-e", value: "4" } }] }, {}] },
  });
});

test.each([
  [{ attempts: 0 }, undefined],
  [
    { attempts: 1, retryOn: "unavailable" },
    { retryOn: "unavailable", numRetries: 1 },
  ],
  [
    { attempts: 3, retryOn: "reset, 503,429", perTryTimeoutMs: 250, backoffMs: 1_500 },
    {
      retryOn: "reset,retriable-status-codes",
      retriableStatusCodes: [503, 429],
      perTryTimeout: "0.25s",
      retryBackOff: { baseInterval: "1.5s" },
    },
  ],
])("retries %j are a policy as istiod's ConvertPolicy makes it", (retries, policy) => {
  const [action] = actionsOf({ destinations: [{}], retries });
  if (policy === undefined) expect(action?.retryPolicy).toBeUndefined();
  else expect(action?.retryPolicy).toMatchObject(policy);
});

test("the HTTP method is a header, after the others", () => {
  const match = { httpMethod: { exact: "POST" }, headers: { "x-user": { exact: "ann" } } };
  const [route] = routesOf(backend({ routes: [{ match, destinations: [{}] }] }), "proxyless");
  expect(route?.match).toMatchObject({
    headers: [
      { name: "x-user", stringMatch: { exact: "ann" } },
      { name: ":method", stringMatch: { exact: "POST" } },
    ],
  });
});

test.each([
  [{ header: "x-user" }, { header: { headerName: "x-user" } }],
  [{ sourceIp: true }, { connectionProperties: { sourceIp: true } }],
  [{ cookie: "user", ttlMs: 0 }, { cookie: { name: "user", ttl: "0s", path: undefined } }],
] as const)("calls are told apart by %j, and the next attempt keeps the host", (key, policy) => {
  const service = backend({ consistentHash: { key }, routes: [{ destinations: [{}] }] });
  const action = routesOf(service, "sidecar")[0]?.route as JsonObject;
  expect(action.hashPolicy).toEqual([policy]);
  expect(action.retryPolicy).toMatchObject({ numRetries: 2, retryHostPredicate: undefined });
});
