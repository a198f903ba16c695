import type { IstioRules, JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";

/** The host that clients call, and the name of the rules that are for it. */
const BACKEND = "backend";

/** Rules of Istio's dialect. */
export function istio(...objects: readonly RuleObject[]): IstioRules {
  return { dialect: "Istio", objects };
}

/**
 * What calls to the backend are routed by.
 * @param http - its routes, in their order.
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function virtualService(...http: readonly JsonObject[]): RuleObject {
  const spec = { hosts: [BACKEND], http };
  return { apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: BACKEND }, spec };
}

/**
 * What is asked of calls to the backend once they have been routed.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export function destinationRule(spec: JsonObject): RuleObject {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name: BACKEND },
    spec: { host: BACKEND, ...spec },
  };
}

/** Who uses versions of the backend has to say what they are. */
export const VERSIONS: RuleObject = destinationRule({
  subsets: ["v1", "v2"].map((version) => ({ name: version, labels: { version } })),
});

/** Where a route leads: to one version, or to the backend as a whole. */
export function destination(subset?: "v1" | "v2"): JsonObject {
  return { destination: { host: BACKEND, ...(subset === undefined ? {} : { subset }) } };
}

/**
 * What a route has whose calls are not to be tried again. By itself Istio does twice, which would hide failures that a policy is judged by.
 * @see https://istio.io/latest/docs/concepts/traffic-management/#retries
 */
export const NOT_RETRIED: JsonObject = { retries: { attempts: 0 } };

/**
 * Calls that pods of the backend deny.
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export function denied(...rules: readonly JsonObject[]): RuleObject {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: BACKEND },
    spec: { selector: { matchLabels: { app: BACKEND } }, action: "DENY", rules },
  };
}
