import { hasLabels, type Labels, type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { ROOT_NAMESPACE } from "../mutual-tls.ts";
import { oncePer } from "../once-per.ts";
import type { FieldPath } from "../origin.ts";
import { isForMesh, type VirtualServiceSpec } from "../rules/virtual-service.ts";
import type { Caller } from "./callers.ts";
import { HostIndex } from "./host-index.ts";
import { isExported, namespaceOfHost } from "./hosts.ts";

export type VirtualService = Manifest & { readonly spec: VirtualServiceSpec };
export type DestinationRule = Manifest & { readonly spec: DestinationRuleSpec };

interface DestinationRuleSpec {
  readonly host: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly { readonly trafficPolicy?: TrafficPolicy }[];
  readonly workloadSelector?: { readonly matchLabels?: Labels };
}

interface TrafficPolicy {
  readonly portLevelSettings?: readonly { readonly port?: { readonly number?: number } }[];
}

/** What port-level settings take the place of; what is said of all ports and not of the port is then Istio's default. */
const OF_PORTS: readonly (string | number | undefined)[] = [
  "connectionPool",
  "loadBalancer",
  "outlierDetection",
  "tls",
];

/** The VirtualServices that istiod takes for a caller's calls: of those that it sees, the ones that name the host most closely. */
export function virtualServicesFor(caller: Caller, set: ManifestSet): VirtualService[] {
  const isSeen = (rule: VirtualService) => isExported(rule, caller.namespace);
  const roots = virtualServicesByHost(set).closest(caller.hosts, isSeen);
  return [...roots, ...roots.flatMap((root) => delegatesOf(root, set))];
}

const virtualServicesByHost = oncePer((set: ManifestSet) => {
  const all = set.ofKind<VirtualServiceSpec>("VirtualService");
  return new HostIndex(
    all.filter(({ spec }) => isForMesh(spec)),
    ({ spec }) => spec.hosts ?? [],
  );
});

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate */
function delegatesOf(root: VirtualService, set: ManifestSet): VirtualService[] {
  const wanted = (root.spec.http ?? []).flatMap(({ delegate }) => delegate ?? []);
  return wanted.flatMap(({ name, namespace = namespaceOf(root) }) =>
    set.named<VirtualServiceSpec>("VirtualService", name, namespace),
  );
}

/** Whether a part of a VirtualService is for a caller: each of `http` whose matches do not leave it out. */
export function readsRoute({ spec }: VirtualService, caller: Caller, [, list, index]: FieldPath): boolean {
  const matches = (list === "http" && spec.http?.[Number(index)]?.match) || [];
  if (matches.length === 0) return true;
  return matches.some(
    ({ gateways = ["mesh"], sourceNamespace = caller.namespace, sourceLabels = {}, port = caller.port }) =>
      gateways.includes("mesh") &&
      sourceNamespace === caller.namespace &&
      hasLabels(caller.labels, sourceLabels) &&
      (caller.port === undefined || port === caller.port),
  );
}

/**
 * The DestinationRules that istiod takes for a caller's calls: of the caller's namespace, else of the Service's, else of the root namespace; the
 * ones that name the host most closely; one that selects the caller's pods before those for all.
 * @see https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration
 */
export function destinationRulesFor(caller: Caller, set: ManifestSet): readonly DestinationRule[] {
  const places = [caller.namespace, namespaceOfHost(caller.hosts, set), ROOT_NAMESPACE];
  for (const place of places) {
    const here = place === undefined ? undefined : destinationRulesByHost(set).get(place);
    const isMeant = (rule: DestinationRule) => isExported(rule, caller.namespace) && selects(rule, caller);
    const rules = here?.closest(caller.hosts, isMeant) ?? [];
    const selecting = rules.filter(({ spec }) => spec.workloadSelector !== undefined);
    if (rules.length > 0) return selecting.length > 0 ? selecting : rules;
  }
  return [];
}

/** By namespace, for it counts more than how closely a host is named. */
const destinationRulesByHost = oncePer((set: ManifestSet): ReadonlyMap<string, HostIndex<DestinationRule>> => {
  const byNamespace = Map.groupBy(set.ofKind<DestinationRuleSpec>("DestinationRule"), namespaceOf);
  return new Map(
    [...byNamespace].map(([namespace, rules]) => [namespace, new HostIndex(rules, ({ spec }) => [spec.host])]),
  );
});

/** A selector is for pods of the rule's own namespace. */
function selects(rule: DestinationRule, { namespace, labels }: Caller): boolean {
  const { workloadSelector } = rule.spec;
  return (
    workloadSelector === undefined ||
    (namespaceOf(rule) === namespace && hasLabels(labels, workloadSelector.matchLabels ?? {}))
  );
}

/** Whether a part of a DestinationRule is for the port that a caller calls. */
export function readsPolicy({ spec }: DestinationRule, { port }: Caller, place: FieldPath): boolean {
  const isOfSubset = place[1] === "subsets";
  const policy = isOfSubset ? spec.subsets?.[Number(place[2])]?.trafficPolicy : spec.trafficPolicy;
  const ports = policy?.portLevelSettings ?? [];
  const [field, index] = place.slice(isOfSubset ? 4 : 2);
  if (port === undefined) return true;
  if (field === "portLevelSettings") return (ports[Number(index)]?.port?.number ?? port) === port;
  return !(OF_PORTS.includes(field) && ports.some((one) => one.port?.number === port));
}
