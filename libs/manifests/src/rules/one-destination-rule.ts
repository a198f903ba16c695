import type { Manifest } from "../manifest.ts";
import type { Rule } from "../rule.ts";
import { fullHost } from "../service-host.ts";

interface Spec {
  readonly host: string;
  readonly trafficPolicy?: unknown;
  readonly workloadSelector?: unknown;
}

/**
 * Of two DestinationRules for one host with a trafficPolicy the older one's counts, and the other's is dropped without a word. Subsets of
 * several are joined, and a trafficPolicy is taken from whichever has one: Istio's own pages write them so.
 */
export const oneDestinationRule: Rule = {
  name: "one-destination-rule",
  why: "the other policy is dropped without a word",
  source: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
  check: (set) => {
    const competing = set.ofKind<Spec>("DestinationRule").filter(({ spec }) => competes(spec));
    const byHost = Map.groupBy(competing, (rule) => fullHost(rule.spec.host, rule));
    return [...byHost].flatMap(([host, [first, ...others]]) =>
      others.map((object: Manifest) => ({
        object,
        field: ["spec", "trafficPolicy"],
        reason: `${host} has a trafficPolicy already, of DestinationRule ${first?.metadata.name}: only that of the older one counts`,
        remedy: "put both into one DestinationRule",
      })),
    );
  },
};

/** One with a selector is for the clients that it selects. */
function competes({ trafficPolicy, workloadSelector }: Spec): boolean {
  return trafficPolicy !== undefined && workloadSelector === undefined;
}
