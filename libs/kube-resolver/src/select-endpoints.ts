import type { experimental } from "@grpc/grpc-js";
import type { EndpointSlice, SliceEndpoint } from "./endpoint-slice.ts";
import { findPort, listPorts } from "./slice-port.ts";

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
  const usable = [...slices].filter(({ addressType }) => addressType === "IPv4" || addressType === "IPv6");
  if (usable.length === 0)
    return {
      reason: "it has no EndpointSlice: no Service of that name exists in the namespace, or it has no selector",
    };
  const withEndpoints = usable.filter(({ endpoints }) => (endpoints?.length ?? 0) > 0);
  if (withEndpoints.length === 0)
    return { reason: "no pod is behind it: its selector matches none that has an address" };
  const candidates = withEndpoints.flatMap((slice) => toCandidates(slice, port));
  if (candidates.length === 0) return { reason: explainPort(port, listPorts(withEndpoints)) };
  const chosen = chooseByCondition(candidates);
  if (chosen.length === 0) return { reason: `none of its ${groupByPod(candidates).length} endpoints is ready` };
  return { endpoints: groupByPod(chosen).map(toEndpoint) };
}

function toCandidates(slice: EndpointSlice, port: number | string | undefined): Candidate[] {
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

/** Puts the addresses of one pod together, sorted, so that equal states give equal lists whatever the order of slices. */
function groupByPod(candidates: readonly Candidate[]): Candidate[][] {
  const pods = new Map<string, Map<string, Candidate>>();
  for (const candidate of candidates) {
    const { uid, name } = candidate.source.targetRef ?? {};
    const pod = `${uid ?? name ?? candidate.host}:${candidate.port}`;
    const addresses = pods.get(pod) ?? new Map<string, Candidate>();
    pods.set(pod, addresses.set(candidate.host, candidate));
  }
  const sorted = [...pods.values()].map((addresses) => [...addresses.values()].sort(compareCandidates));
  return sorted.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : compareCandidates(a, b)));
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

function explainPort(port: number | string | undefined, known: readonly string[]): string {
  const ports = known.length === 0 ? "none" : known.join(", ");
  if (port === undefined) return `the target must name one of its ports: ${ports}`;
  if (typeof port === "number")
    return `its pods do not declare port ${port}; a number in the target is a port of the pods: ${ports}`;
  return `it has no TCP port named "${port}"; its ports: ${ports}`;
}
