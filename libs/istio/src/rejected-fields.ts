import { faultNotes, type HttpFault, isRejected } from "./http-fault.ts";
import type { IstioRule } from "./istio-manifest.ts";

interface NamedPolicy {
  readonly simple: string;
  readonly field: string;
}

interface NamedFault {
  readonly fault: HttpFault;
  readonly field: string;
}

/** What of the fields that the control plane sends is rejected by gRPC, or without effect; one sentence each. */
export function effectNotes(rule: IstioRule): string[] {
  return [
    ...namedPolicies(rule).flatMap(({ simple, field }) => {
      if (REJECTED.includes(simple))
        return [`${field}: gRPC without a proxy rejects ${simple}, and no call to the host is then answered`];
      return NOT_SENT.includes(simple)
        ? [`${field}: istiod does not send ${simple} to gRPC without a proxy, which then rotates`]
        : [];
    }),
    ...faults(rule).flatMap(({ fault, field }) => faultNotes(fault, field)),
  ];
}

/** The fields of a rule that a client may have rejected with this reason. */
export function rejectedFields(rule: IstioRule, reason: string): string[] {
  if (/lb_policy|load_balancing_policy/.test(reason)) return rejectedPolicies(rule);
  if (!/typed_per_filter_config\[envoy\.filters\.http\.fault\]/.test(reason)) return [];
  return faults(rule).flatMap(({ fault, field }) => (isRejected(fault) ? [`${field}.abort`] : []));
}

/** The policies that istiod sends to gRPC's xDS clients, and that those do not have. */
const REJECTED = ["LEAST_REQUEST"];
/** Those of which istiod warns instead (`applyLoadBalancing` of its grpcgen/cds.go). */
const NOT_SENT = ["LEAST_CONN", "RANDOM"];

function rejectedPolicies(rule: IstioRule): string[] {
  return namedPolicies(rule).flatMap(({ simple, field }) => (REJECTED.includes(simple) ? [field] : []));
}

/** The balancing policies that a rule asks for. */
function namedPolicies(rule: IstioRule): NamedPolicy[] {
  if (rule.kind !== "DestinationRule") return [];
  const { trafficPolicy, subsets } = rule.spec;
  const all = [
    { simple: trafficPolicy?.loadBalancer?.simple, field: "spec.trafficPolicy.loadBalancer.simple" },
    ...subsets.map(({ trafficPolicy: own }, index) => ({
      simple: own?.loadBalancer?.simple,
      field: `spec.subsets.${index}.trafficPolicy.loadBalancer.simple`,
    })),
  ];
  return all.flatMap(({ simple, field }) => (simple === undefined ? [] : [{ simple, field }]));
}

/** The faults that a rule asks for. */
function faults(rule: IstioRule): NamedFault[] {
  if (rule.kind !== "VirtualService") return [];
  return rule.spec.http.flatMap(({ fault }, index) =>
    fault === undefined ? [] : [{ fault, field: `spec.http.${index}.fault` }],
  );
}
