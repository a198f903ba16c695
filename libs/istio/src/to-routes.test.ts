import { expect, test } from "vitest";
import { readIstioRules } from "./istio-manifest.ts";
import { IstioRules } from "./istio-rules.ts";

const route = [{ destination: { host: "backend" } }];

function routesOf(...http: readonly object[]) {
  const { written, mistakes } = readIstioRules([
    {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "backend" },
      spec: { hosts: ["backend"], http },
    },
  ]);
  const rules = new IstioRules({ services: ["backend", "backend-v2"], namespace: "lab", port: 50051 });
  rules.apply(written);
  return { mistakes, routes: rules.service("backend").routes };
}

test.each([
  ["mirror", { mirror: { host: "backend", subset: "v2" } }, { mirrors: [{ subset: "v2" }] }],
  [
    "mirrorPercentage",
    { mirror: { host: "backend-v2" }, mirrorPercentage: { value: 5 }, mirrorPercent: 9 },
    { mirrors: [{ service: "backend-v2", percentage: 5 }] },
  ],
  [
    "mirrors",
    { mirrors: [{ destination: { host: "backend-v2.lab.svc.cluster.local" }, percentage: { value: 1 } }] },
    { mirrors: [{ service: "backend-v2", percentage: 1 }] },
  ],
  [
    "headers",
    { headers: { request: { set: { a: "1" }, add: { b: "2" }, remove: ["c"] } } },
    { headers: { request: { set: { a: "1" }, add: { b: "2" }, remove: ["c"] } } },
  ],
  [
    "retries",
    { retries: { attempts: 3, retryOn: "unavailable", perTryTimeout: "250ms", backoff: "1s" } },
    { retries: { attempts: 3, retryOn: "unavailable", perTryTimeoutMs: 250, backoffMs: 1_000 } },
  ],
  ["retries without attempts, which turn them off", { retries: {} }, { retries: { attempts: 0 } }],
  ["the method", { match: [{ method: { exact: "POST" } }] }, { match: { httpMethod: { exact: "POST" } } }],
])("%s of a route are taken", (_, fields, expected) => {
  expect(routesOf({ ...fields, route }).routes).toEqual([{ destinations: [{ weight: 1 }], ...expected }]);
});

test("a destination may be another Service, with headers of its own", () => {
  const headers = { response: { set: { a: "1" } } };
  expect(routesOf({ route: [{ destination: { host: "backend-v2" }, headers }] }).routes).toEqual([
    { destinations: [{ service: "backend-v2", weight: 1, headers }] },
  ]);
});

test.each([
  [{ retries: { perTryTimeout: "1s" } }, "http retry policy configured when attempts are set to 0 (disabled)"],
  [{ mirror: { host: "backend" }, mirrors: [] }, "HTTP route cannot contain both mirror and mirrors"],
  [{ timeout: "10us" }, "must be at least 1ms"],
])("what Istio's webhook refuses is a mistake: %j", (fields, mistake) => {
  expect(routesOf({ ...fields, route }).mistakes).toEqual([expect.stringContaining(mistake)]);
});
