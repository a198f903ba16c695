import type { IstioRules, JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";

/** An object of Istio's that is named like the Service. */
export function istioObject(kind: string, spec: JsonObject): RuleObject {
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "backend" }, spec };
}

/** Rules by which every call is aborted. */
export function abortAll(): IstioRules {
  const fault = { abort: { grpcStatus: "UNAVAILABLE", percentage: { value: 100 } } };
  const http = [{ fault, route: [{ destination: { host: "backend" } }] }];
  return { dialect: "Istio", objects: [istioObject("VirtualService", { hosts: ["backend"], http })] };
}
