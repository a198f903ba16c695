import type { Rule } from "../rule.ts";
import { fullHost } from "../service-host.ts";
import { isForMesh, type VirtualServiceSpec } from "./virtual-service.ts";

/** For clients in the mesh, Istio takes the routes of one VirtualService per host, the oldest. At gateways it joins them. */
export const oneVirtualService: Rule = {
  name: "one-virtual-service",
  why: "the routes of the other are dropped without a word",
  source: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
  check: (set) => {
    const hosts = set
      .ofKind<VirtualServiceSpec>("VirtualService")
      .filter(({ spec }) => isForMesh(spec))
      .flatMap((rule) => (rule.spec.hosts ?? []).map((host, index) => ({ rule, index, host: fullHost(host, rule) })));
    return [...Map.groupBy(hosts, ({ host }) => host)].flatMap(([host, [first, ...others]]) =>
      others
        .filter(({ rule }) => rule !== first?.rule)
        .map(({ rule, index }) => ({
          object: rule,
          field: ["spec", "hosts", index],
          reason: `${host} has a VirtualService already, ${first?.rule.metadata.name}: clients in the mesh follow only the older one`,
          remedy: "put the routes of both into one VirtualService, those with a match first",
        })),
    );
  },
};
