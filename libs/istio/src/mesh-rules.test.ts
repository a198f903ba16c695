import { InputError, type RuleObject, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { expect, test } from "vitest";
import { meshRules } from "./mesh-rules.ts";

const NAMES = { services: ["backend", "backend-v1", "backend-v2"], namespace: "lab", port: 50051 };

const istio = (kind: string, spec: RuleObject["spec"], api = "networking") =>
  meshRules(
    {
      dialect: "Istio",
      objects: [{ apiVersion: `${api}.istio.io/v1`, kind, metadata: { name: "backend" }, spec }],
    },
    NAMES,
  );
const grpcRoute = (spec: RuleObject["spec"]) =>
  meshRules(
    {
      dialect: "GRPCRoute",
      objects: [{ apiVersion: "gateway.networking.k8s.io/v1", kind: "GRPCRoute", metadata: { name: "backend" }, spec }],
    },
    NAMES,
  );

test("rules in a dialect that is not the control plane's are none", () => {
  expect(meshRules(undefined, NAMES)).toBeUndefined();
  expect(meshRules({ dialect: "nginx" }, NAMES)).toBeUndefined();
});

test("a GRPCRoute without parents is that of the Service backend, and leads to others by weight", () => {
  const [v1, v2] = ["backend-v1", "backend-v2"].map((name) => ({ name, port: 50051 }));
  const rules = grpcRoute({ rules: [{ backendRefs: [{ ...v1, weight: 20 }, { ...v2 }] }] });
  expect(rules?.service("backend").routes).toEqual([
    {
      destinations: [
        { service: "backend-v1", weight: 20 },
        { service: "backend-v2", weight: 1 },
      ],
    },
  ]);
  expect(rules?.service("backend-v1").routes).toEqual([]);
});

test.each([
  [{ method: { service: "a.B", method: "C" } }, { path: { exact: "/a.B/C" } }],
  [{ method: { service: "a.B" } }, { path: { prefix: "/a.B/" } }],
  [{ method: { method: "C" } }, { path: { regex: "/[^/]+/C" } }],
  [{ method: { type: "RegularExpression", service: "a.B", method: "C|D" } }, { path: { regex: "/a.B/C|D" } }],
  [{ method: { type: "RegularExpression", service: "a.B" } }, { path: { regex: "/a.B/.+" } }],
  [{ headers: [{ name: "X-User", value: "ann" }] }, { headers: { "x-user": { exact: "ann" } } }],
  [
    { headers: [{ type: "RegularExpression", name: "x-user", value: "a.*" }] },
    { headers: { "x-user": { regex: "a.*" } } },
  ],
])("a GRPCRoute's match %j is %j, as istiod makes it", (match, expected) => {
  const rules = grpcRoute({ rules: [{ matches: [match], backendRefs: [{ name: "backend", port: 50051 }] }] });
  expect(rules?.service("backend").routes?.map((route) => route.match)).toEqual([expected]);
});

test("filters of a GRPCRoute, and of its backends, are headers and mirrors", () => {
  const [backend, v2] = ["backend", "backend-v2"].map((name) => ({ name, port: 50051 }));
  const header = { name: "x-a", value: "1" };
  const request = { type: "RequestHeaderModifier", requestHeaderModifier: { set: [header], remove: ["x-b"] } };
  const response = { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [header] } };
  const fraction = { numerator: 1, denominator: 8 };
  const mirror = { type: "RequestMirror", requestMirror: { backendRef: { ...v2 }, fraction } };
  const rules = grpcRoute({
    rules: [{ filters: [request, mirror], backendRefs: [{ ...backend, filters: [response] }] }],
  });
  expect(rules?.service("backend").routes).toEqual([
    {
      destinations: [
        { service: "backend", weight: 1, headers: { response: { set: {}, add: { "x-a": "1" }, remove: [] } } },
      ],
      headers: { request: { set: { "x-a": "1" }, add: {}, remove: ["x-b"] } },
      mirrors: [{ service: "backend-v2", percentage: 12.5 }],
    },
  ]);
});

test.each([
  [
    "istiod's webhook",
    () => istio("DestinationRule", { host: "backend", trafficPolicy: { loadBalancer: { simple: "SOME" } } }),
  ],
  ["the API server", () => grpcRoute({ rules: [{ timeouts: { request: "1s" } }] })],
  ["the API server", () => grpcRoute({ rules: [{ matches: [{ method: {} }] }] })],
])("%s refuses what is wrong", (by, read) => {
  expect(read).toThrow(RulesRefusedError);
  expect(read).toThrow(by);
});

const passthrough = { trafficPolicy: { loadBalancer: { simple: "PASSTHROUGH" } } };
const mutual = { host: "backend", trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } };
test.each([
  ["Gateway backend", () => istio("Gateway", {})],
  ["spec.exportTo", () => istio("VirtualService", { hosts: ["backend"], exportTo: ["."] })],
  ["mutual TLS", () => istio("DestinationRule", mutual)],
  ["spec.trafficPolicy.loadBalancer.simple", () => istio("DestinationRule", { host: "backend", ...passthrough })],
  ["mutual TLS", () => istio("PeerAuthentication", { mtls: { mode: "STRICT" } }, "security")],
  ["Gateway edge", () => grpcRoute({ parentRefs: [{ kind: "Gateway", name: "edge" }] })],
])("what the lab's own control plane cannot do is no refusal of rules: %s", (what, read) => {
  expect(read).toThrow(InputError);
  expect(read).not.toThrow(RulesRefusedError);
  expect(read).toThrow(`the lab's own control plane cannot do this: `);
  expect(read).toThrow(what);
});

test("a route to a Service or port that is not there is refused", () => {
  const to = (backend: RuleObject["spec"]) => () => grpcRoute({ rules: [{ backendRefs: [backend] }] });
  expect(to({ name: "other", port: 50051 })).toThrow("names the Service other, but there are backend, backend-v1");
  expect(to({ name: "backend", port: 80 })).toThrow("names port 80, but the Service's only port is 50051");
});
