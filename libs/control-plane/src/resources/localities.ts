import type { MeshEndpoint } from "../model/mesh-model.ts";
import type { Locality } from "../model/proxy.ts";
import type { TrafficPolicy } from "../model/traffic-policy.ts";

/** The endpoints of one region and zone, with what a caller makes of it. */
export interface LocalityEndpoints {
  readonly locality: Locality;
  readonly endpoints: readonly MeshEndpoint[];
  /** Relative to other localities of the same priority. */
  readonly weight: number;
  /** The lower come first. */
  readonly priority: number;
}

/** Whether what callers are told of localities depends on where they are. */
export function dependsOnCaller({ locality, outlierDetection }: TrafficPolicy): boolean {
  if (locality?.enabled === false) return false;
  return locality?.distribute !== undefined || outlierDetection !== undefined;
}

/** Whether a sidecar is to heed weights of localities; else all endpoints of a priority count alike. */
export function weighsLocalities(policy: TrafficPolicy): boolean {
  const { locality, outlierDetection } = policy;
  if (!dependsOnCaller(policy)) return false;
  return locality?.distribute !== undefined || (outlierDetection !== undefined && locality?.failover !== undefined);
}

/**
 * The endpoints by region and zone, in the order of their first, as istiod's `ApplyLocalityLoadBalancer` has them for a caller: with the weights that a
 * rule distributes, else by priority where there is outlier detection, without which nobody would ever turn to the next.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/loadbalancer/loadbalancer.go
 */
export function localitiesFor(
  caller: Locality,
  endpoints: readonly MeshEndpoint[],
  policy: TrafficPolicy,
): LocalityEndpoints[] {
  const groups = Map.groupBy(endpoints, ({ region = "", zone = "" }) => `${region}/${zone}`);
  const plain = Array.from(groups.values(), plainLocality);
  if (!dependsOnCaller(policy)) return plain;
  const { distribute, failover = [] } = policy.locality ?? {};
  return distribute === undefined ? byPriority(caller, plain, failover) : byShare(caller, plain, distribute);
}

function plainLocality(endpoints: readonly MeshEndpoint[]): LocalityEndpoints {
  const [{ region = "", zone = "" } = {}] = endpoints;
  const weight = endpoints.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return { locality: { region, zone }, endpoints, weight, priority: 0 };
}

type Shares = Readonly<Record<string, number>>;

/** A locality that no share speaks of gets nothing; one that names several is divided among them by their weights. */
function byShare(
  caller: Locality,
  localities: readonly LocalityEndpoints[],
  distribute: readonly { readonly from: string; readonly to: Shares }[],
): LocalityEndpoints[] {
  const shares = distribute.find(({ from }) => isIn(caller, from))?.to;
  if (shares === undefined) return [...localities];
  const patternOf = ({ locality }: LocalityEndpoints) =>
    Object.keys(shares).find((pattern) => isIn(locality, pattern)) ?? "";
  const together = Map.groupBy(localities, patternOf);
  return localities.map((one) => {
    const pattern = patternOf(one);
    const share = shares[pattern];
    if (share === undefined) return { ...one, endpoints: [] };
    const total = (together.get(pattern) ?? []).reduce((sum, { weight }) => sum + weight, 0);
    return { ...one, weight: Math.ceil((one.weight * share) / total) };
  });
}

/** Envoy wants priorities from 0 without a gap. */
function byPriority(
  caller: Locality,
  localities: readonly LocalityEndpoints[],
  failover: readonly { readonly from: string; readonly to: string }[],
): LocalityEndpoints[] {
  const next = failover.find(({ from }) => from === caller.region)?.to;
  const distances = localities.map(({ locality }) => distance(caller, locality, next));
  const ranks = [...new Set(distances)].toSorted((a, b) => a - b);
  return localities.map((one, index) => ({ ...one, priority: ranks.indexOf(distances[index] ?? 0) }));
}

/** How far a locality is: the own zone, the own region, another region, one that failover does not name. */
function distance(caller: Locality, { region, zone }: Locality, next: string | undefined): number {
  if (region === caller.region) return zone === caller.zone ? 0 : 1;
  return next === undefined || next === region ? 2 : 3;
}

/** Whether a locality is one of those that `region/zone` names. */
function isIn({ region, zone }: Locality, pattern: string): boolean {
  const [wantedRegion = "", wantedZone = ""] = pattern.split("/");
  const fits = (wanted: string, value: string) => wanted === "*" || wanted === value;
  return fits(wantedRegion, region) && (wantedZone === "" || fits(wantedZone, zone));
}
