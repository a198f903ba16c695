import type { JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { ruleHosts, servicesNamedIn } from "./rule-hosts.ts";

const object = (kind: string, spec: JsonObject): RuleObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x" },
  spec,
});
const hostsOf = (...objects: readonly RuleObject[]) => {
  const hosts = ruleHosts({ dialect: "Istio", objects }, "lab-mesh");
  return hosts && [...hosts].toSorted();
};

it("has what rules are about and lead to, in full", () => {
  const mirror = { host: "backend-v2.lab-mesh.svc.cluster.local" };
  const http = [{ mirror, route: [{ destination: { host: "backend", subset: "v1" } }] }];
  const service = object("VirtualService", { hosts: ["backend", "api.example.com"], http });
  expect(hostsOf(service)).toEqual(["api.example.com", "backend-v2.lab-mesh", "backend.lab-mesh"]);
  const route = object("GRPCRoute", { rules: [{ backendRefs: [{ name: "backend-v2", port: 1 }] }] });
  expect(hostsOf(route)).toEqual(["backend-v2.lab-mesh", "backend.lab-mesh"]);
});

it("is any host of what does not say, and of a wildcard", () => {
  expect(hostsOf(object("AuthorizationPolicy", {}), object("DestinationRule", { host: "backend" }))).toBeUndefined();
  expect(hostsOf(object("VirtualService", { hosts: ["*"] }))).toBeUndefined();
});

it("finds the Services that Envoy names", () => {
  const words = "Error adding/updating cluster(s) outbound|50051|v1|backend.lab-mesh.svc.cluster.local: bad. See a.b.";
  expect(servicesNamedIn(words)).toEqual(["backend.lab-mesh"]);
});
