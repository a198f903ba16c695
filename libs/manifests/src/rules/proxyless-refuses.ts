import type { Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { Finding, Rule } from "../rule.ts";
import { fullHost } from "../service-host.ts";
import { hostsCalledByXds } from "./called-hosts.ts";
import type { VirtualServiceSpec } from "./virtual-service.ts";

interface DestinationRuleSpec {
  readonly host: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly { readonly name: string; readonly trafficPolicy?: TrafficPolicy }[];
}

interface TrafficPolicy {
  readonly loadBalancer?: { readonly simple?: string };
}

/** What Istio sends as a policy that gRPC's xDS clients do not know; all of them take ROUND_ROBIN. */
const REFUSED = ["LEAST_REQUEST", "LEAST_CONN", "RANDOM", "PASSTHROUGH"];
/** gRFC A6: `maxAttempts` above 5 counts as 5. Istio's `attempts` are retries, beside the first. */
const MOST_RETRIES = 4;
/** Fields of a route for which gRPC's xDS clients refuse all routes of the host. */
const REFUSED_IN_ROUTES = ["corsPolicy", "redirect", "directResponse"] as const;

/** gRPC without a proxy refuses a whole cluster for a policy that it does not know, and all routes of a host for one that it does not know. */
export const proxylessRefuses: Rule = {
  name: "proxyless-refuses",
  why: "what works with sidecars then fails, or does less than asked, without a proxy",
  source: "https://github.com/grpc/proposal/blob/master/A27-xds-global-load-balancing.md",
  check: (set) => {
    const called = hostsCalledByXds(set);
    const routed = ofCalled(set.ofKind<VirtualServiceSpec>("VirtualService"), called, ({ hosts = [] }) => hosts);
    return [...policies(set, called), ...routed.flatMap(refusedRoutes), ...routed.flatMap(retries)];
  },
};

function policies(set: ManifestSet, called: ReadonlySet<string>): Finding[] {
  return ofCalled(set.ofKind<DestinationRuleSpec>("DestinationRule"), called, ({ host }) => [host]).flatMap((rule) => {
    const { trafficPolicy, subsets = [] } = rule.spec;
    const all = [
      { policy: trafficPolicy, path: ["spec", "trafficPolicy"] },
      ...subsets.map((subset, index) => ({
        policy: subset.trafficPolicy,
        path: ["spec", "subsets", index, "trafficPolicy"],
      })),
    ];
    return all.flatMap(({ policy, path }) => {
      const simple = policy?.loadBalancer?.simple;
      if (simple === undefined || !REFUSED.includes(simple)) return [];
      return {
        object: rule,
        field: [...path, "loadBalancer", "simple"],
        reason: `clients without a proxy refuse ${simple}, and all their calls then fail UNAVAILABLE`,
        remedy: "use ROUND_ROBIN, or a rule of its own for other clients (workloadSelector)",
        fix: "simple: ROUND_ROBIN",
      };
    });
  });
}

type VirtualService = Manifest & { readonly spec: VirtualServiceSpec };

function refusedRoutes(rule: VirtualService): Finding[] {
  return (rule.spec.http ?? []).flatMap((route, index) => {
    const path = ["spec", "http", index];
    const fields = REFUSED_IN_ROUTES.filter((field) => route[field] !== undefined).map((field) => [...path, field]);
    const abort = route.fault?.abort;
    const refused = abort !== undefined && abort.percentage === undefined && abort.percent === undefined;
    return [
      ...fields.map((field) => ({ field, what: `a ${field.at(-1)}`, remedy: "leave it to rules for other hosts" })),
      ...(refused
        ? [{ field: [...path, "fault", "abort"], what: "an abort without a percentage", remedy: "add percentage" }]
        : []),
    ].map(({ field, what, remedy }) => ({
      object: rule,
      field,
      reason: `clients without a proxy refuse all routes of the host for ${what}, and their calls wait for their deadline`,
      remedy,
    }));
  });
}

function retries(rule: VirtualService): Finding[] {
  return (rule.spec.http ?? []).flatMap(({ retries: { attempts = 0 } = {} }, index) =>
    attempts <= MOST_RETRIES
      ? []
      : {
          object: rule,
          field: ["spec", "http", index, "retries", "attempts"],
          reason: `clients without a proxy make 5 attempts at most, not ${attempts + 1}`,
          remedy: `ask for ${MOST_RETRIES} retries at most`,
          fix: `attempts: ${MOST_RETRIES}`,
        },
  );
}

/** The rules for hosts that are called so. */
function ofCalled<Spec>(
  rules: readonly (Manifest & { readonly spec: Spec })[],
  called: ReadonlySet<string>,
  hostsOf: (spec: Spec) => readonly string[],
): readonly (Manifest & { readonly spec: Spec })[] {
  return rules.filter((rule) => hostsOf(rule.spec).some((host) => called.has(fullHost(host, rule))));
}
