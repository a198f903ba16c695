import type { JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";
import { expect, test } from "vitest";
import { meshRules } from "./mesh-rules.ts";

const NAMES = { services: ["backend"], namespace: "lab", port: 50051 };
const POD = { app: "backend", version: "v2" };

const rulesOf = (object: Pick<RuleObject, "apiVersion" | "kind" | "spec">) =>
  meshRules({ dialect: "Istio", objects: [{ metadata: { name: "rule" }, ...object }] }, NAMES);
const authorization = (spec: RuleObject["spec"]) =>
  rulesOf({ apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy", spec });
const envoyFilter = (...configPatches: RuleObject["spec"][]) =>
  rulesOf({ apiVersion: "networking.istio.io/v1alpha3", kind: "EnvoyFilter", spec: { configPatches } });

test("an AuthorizationPolicy says of the pods that it selects what may be called", () => {
  const rules: JsonObject[] = [{ to: [{ operation: { paths: ["/a.B/C"] } }] }, {}];
  const policy = authorization({ selector: { matchLabels: { version: "v2" } }, action: "DENY", rules });
  expect(policy?.workload(POD)).toEqual({
    authorization: [
      { name: "policy[rule]", action: "DENY", rules: [{ operations: [{ paths: ["/a.B/C"] }] }, { operations: [] }] },
    ],
  });
  expect(policy?.workload({ ...POD, version: "v1" })).toEqual({});
});

test("who calls cannot be told without mutual TLS", () => {
  const from = [{ source: { principals: ["cluster.local/ns/lab/sa/client"] } }];
  expect(() => authorization({ rules: [{ from }] })).toThrow(/cannot do this: .*spec\.rules\.0\.from/);
});

const filter = { name: "envoy.filters.http.local_ratelimit" };
const patch = (match: RuleObject["spec"], operation = "INSERT_BEFORE") => ({
  applyTo: "HTTP_FILTER",
  match: { context: "SIDECAR_INBOUND", ...match },
  patch: { operation, value: filter },
});

test("an EnvoyFilter inserts filters first, or before another", () => {
  const name = "envoy.filters.network.http_connection_manager";
  const subFilter = { name: "envoy.filters.http.router" };
  const before = { listener: { filterChain: { filter: { name, subFilter } } } };
  expect(envoyFilter(patch({}), patch(before), patch(before, "INSERT_FIRST"))?.workload(POD)).toEqual({
    httpFilters: [{ filter }, { filter, before: "envoy.filters.http.router" }, { filter }],
  });
});

test.each([[patch({ context: "SIDECAR_OUTBOUND" })], [patch({}, "MERGE")], [{ ...patch({}), applyTo: "CLUSTER" }]])(
  "another patch of an EnvoyFilter is beyond the lab's own control plane: %j",
  (one) => {
    expect(() => envoyFilter(one)).toThrow("cannot do this");
  },
);
