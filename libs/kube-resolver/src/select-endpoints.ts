import type { experimental } from "@grpc/grpc-js";
import type { EndpointSlice, SliceEndpoint } from "./endpoint-slice.ts";
import { findPort, listPorts, onlyPort, portNames } from "./slice-port.ts";

/** What Kubernetes says of an endpoint, for load balancing policies that look at more than addresses. */
export interface EndpointAttributes {
  /** Name of the pod, unless the endpoint is none. */
  readonly podName?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  /** Zones that should use this endpoint (topology-aware routing); empty: any. */
  readonly forZones: readonly string[];
  /** Nodes that should use this endpoint; empty: any. */
  readonly forNodes: readonly string[];
}

/**
 * An endpoint as grpc-js balances over it, one for each pod, with the pod's addresses of both families; `kubernetes`
 * reaches custom load balancing policies as it is.
 */
export interface KubernetesEndpoint extends experimental.Endpoint {
  readonly kubernetes: EndpointAttributes;
}

/** The endpoints to call, or why there are none. */
export type Selection =
  | { readonly endpoints: readonly KubernetesEndpoint[] }
  | { readonly endpoints?: undefined; readonly reason: string };

const NO_SLICE = "it has no EndpointSlice: no Service of that name exists in the namespace, or it has no selector";
const NO_ADDRESSES = "its EndpointSlices hold host names (FQDN), not IP addresses; use a dns:/// target for them";

interface Candidate {
  readonly host: string;
  readonly port: number;
  readonly family: string;
  readonly isReady: boolean;
  readonly isFallback: boolean;
  readonly source: SliceEndpoint;
}

/**
 * Merges the slices of a Service into the endpoints that may be called: the ready ones; when none is ready, those that
 * still serve while they terminate, as kube-proxy does.
 *
 * @param port port number of the pods, name of a port of the Service, or undefined for its only port.
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
 */
export function selectEndpoints(slices: Iterable<EndpointSlice>, port: number | string | undefined): Selection {
  const all = [...slices];
  const usable = all.filter(({ addressType }) => addressType === "IPv4" || addressType === "IPv6");
  if (usable.length === 0) return { reason: all.length === 0 ? NO_SLICE : NO_ADDRESSES };
  const withEndpoints = usable.filter(({ endpoints }) => (endpoints?.length ?? 0) > 0);
  if (withEndpoints.length === 0) return { reason: "it has no pods: its selector matches no pod that has an address" };
  // A slice without ports serves any, as of a headless Service that lists none; beside slices with ports it serves none of theirs.
  const declaring = withEndpoints.filter(({ ports }) => (ports?.length ?? 0) > 0);
  const serving = declaring.length > 0 ? declaring : withEndpoints;
  const wanted = port ?? onlyPort(serving);
  const candidates = wanted === undefined ? [] : serving.flatMap((slice) => toCandidates(slice, wanted));
  if (candidates.length === 0) return { reason: explainPort(port, serving) };
  const chosen = chooseByCondition(candidates);
  if (chosen.length === 0) return { reason: `none of its ${groupByPod(candidates).length} endpoints is ready` };
  return { endpoints: groupByPod(chosen).map(toEndpoint) };
}

function toCandidates(slice: EndpointSlice, port: number | string): Candidate[] {
  const number = findPort(slice.ports ?? [], port);
  if (number === undefined) return [];
  return (slice.endpoints ?? []).flatMap((source) => {
    // Several addresses of one endpoint are interchangeable and deprecated: consumers take the first.
    const [host] = source.addresses ?? [];
    if (host === undefined) return [];
    const { ready, serving, terminating } = source.conditions ?? {};
    const isReady = ready ?? true;
    const isFallback = (serving ?? isReady) && (terminating ?? false);
    return [{ host, port: number, family: slice.addressType, isReady, isFallback, source }];
  });
}

function chooseByCondition(candidates: readonly Candidate[]): readonly Candidate[] {
  const ready = candidates.filter(({ isReady }) => isReady);
  return ready.length > 0 ? ready : candidates.filter(({ isFallback }) => isFallback);
}

/**
 * Puts the addresses of one pod together, sorted, so that equal states give equal lists whatever the order of slices. An address that several
 * pods claim counts once, as calls cannot tell them apart; so does one that another slice lists without its pod.
 */
function groupByPod(candidates: readonly Candidate[]): Candidate[][] {
  const pods = new Map<string, Map<string, Candidate>>();
  const owners = new Map<string, string>();
  for (const candidate of candidates.toSorted(compareClaims)) {
    const pod = podOf(candidate);
    const address = `${candidate.host} ${candidate.port}`;
    if ((owners.get(address) ?? pod) !== pod) continue;
    owners.set(address, pod);
    const addresses = pods.get(pod) ?? new Map<string, Candidate>();
    if (!addresses.has(candidate.host)) addresses.set(candidate.host, candidate);
    pods.set(pod, addresses);
  }
  const sorted = [...pods.values()].map((addresses) => [...addresses.values()].sort(compareCandidates));
  return sorted.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : compareCandidates(a, b)));
}

function podOf({ source, host, port }: Candidate): string {
  const { uid, name } = source.targetRef ?? {};
  return `${uid ?? name ?? host}:${port}`;
}

/** Pods go before addresses of nobody, else in the order of their names; copies of an endpoint in that of what they say of it. */
function compareClaims(a: Candidate, b: Candidate): number {
  const ofNobody = ({ source }: Candidate) => Number(source.targetRef == null);
  return (
    ofNobody(a) - ofNobody(b) ||
    compareText(podOf(a), podOf(b)) ||
    compareText(a.host, b.host) ||
    compareText(JSON.stringify(a.source), JSON.stringify(b.source))
  );
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return compareText(a.family, b.family) || compareText(a.host, b.host) || a.port - b.port;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function toEndpoint(candidates: readonly Candidate[]): KubernetesEndpoint {
  const { targetRef, nodeName, zone, hints } = candidates[0]?.source ?? {};
  return {
    addresses: candidates.map(({ host, port }) => ({ host, port })),
    kubernetes: {
      ...(targetRef?.kind === "Pod" && targetRef.name !== undefined ? { podName: targetRef.name } : {}),
      ...(nodeName ? { nodeName } : {}),
      ...(zone ? { zone } : {}),
      forZones: (hints?.forZones ?? []).map(({ name }) => name),
      forNodes: (hints?.forNodes ?? []).map(({ name }) => name),
    },
  };
}

function explainPort(port: number | string | undefined, slices: readonly EndpointSlice[]): string {
  const ports = listPorts(slices).join(", ") || "none";
  if (port === undefined && ports === "none") return "the target must have a port number: its pods declare no TCP port";
  if (port === undefined) return `the target must name one of its ports: ${ports}`;
  if (typeof port === "number")
    return `its pods do not declare port ${port}; a number in the target is a port of the pods: ${ports}`;
  if (portNames(slices).includes(port)) return `its port "${port}" has no number of its own: the target must have one`;
  return `it has no TCP port named "${port}"; its ports: ${ports}`;
}
