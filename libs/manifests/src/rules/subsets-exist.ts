import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { Finding, Rule } from "../rule.ts";
import { fullHost } from "../service-host.ts";
import type { ServiceSpec } from "../service-ports.ts";
import type { VirtualServiceSpec } from "./virtual-service.ts";

interface DestinationRule {
  readonly host: string;
  readonly subsets?: readonly { readonly name: string; readonly labels?: Labels }[];
}

/** A subset without pods, and a route to a subset that no DestinationRule makes, end every call UNAVAILABLE. */
export const subsetsExist: Rule = {
  name: "subsets-exist",
  why: "every call that is routed there fails UNAVAILABLE",
  needsAll: true,
  source: "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
  check: (set) => [...emptySubsets(set), ...unknownSubsets(set)],
};

/** Of hosts whose Service is here; rules may be applied apart from it. */
function emptySubsets(set: ManifestSet): Finding[] {
  const services = Map.groupBy(set.ofKind<ServiceSpec>("Service"), (one) => fullHost(one.metadata.name, one));
  return set.ofKind<DestinationRule>("DestinationRule").flatMap((rule) => {
    const [service] = services.get(fullHost(rule.spec.host, rule)) ?? [];
    if (service === undefined) return [];
    return (rule.spec.subsets ?? [])
      .filter(({ labels }) => set.selected(service, { ...service.spec.selector, ...labels }).length === 0)
      .map(({ name }) => finding(rule, `the subset ${name} has no pods`, "give it labels that a pod template has"));
  });
}

function unknownSubsets(set: ManifestSet): Finding[] {
  const known = new Set(
    set
      .ofKind<DestinationRule>("DestinationRule")
      .flatMap((rule) => (rule.spec.subsets ?? []).map(({ name }) => `${fullHost(rule.spec.host, rule)} ${name}`)),
  );
  return set.ofKind<VirtualServiceSpec>("VirtualService").flatMap((service) => {
    const routes = (service.spec.http ?? []).flatMap(({ route = [] }) => route.map(({ destination }) => destination));
    return routes
      .filter(({ host, subset }) => subset !== undefined && !known.has(`${fullHost(host, service)} ${subset}`))
      .map(({ subset }) =>
        finding(
          service,
          `no DestinationRule defines the subset ${subset}`,
          "add it to the DestinationRule of the host",
        ),
      );
  });
}

function finding(object: Manifest, reason: string, remedy: string): Finding {
  return { object, reason, remedy };
}
