import type { Rule } from "../rule.ts";
import { fullHost } from "./service-host.ts";

/** Of two DestinationRules for one host the older one's trafficPolicy counts, and the other's is dropped without a word. */
export const oneDestinationRule: Rule = {
  name: "one-destination-rule",
  source: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
  check: (set) => {
    const byHost = Map.groupBy(set.ofKind<{ readonly host: string }>("DestinationRule"), (rule) =>
      fullHost(rule.spec.host, rule),
    );
    return [...byHost].flatMap(([host, [first, ...others]]) =>
      others.map((object) => ({
        object,
        reason: `${host} has a DestinationRule already, ${first?.metadata.name}: the trafficPolicy of only one of them counts`,
        remedy: "put both into one DestinationRule",
      })),
    );
  },
};
