import { isIP, isIPv6 } from "node:net";
import type { EndpointSlice, SliceContent, SliceEndpoint, SlicePort } from "./endpoint-slice.ts";

/** A Service as far as its slices depend on it. */
export interface ServiceSpec {
  readonly name: string;
  readonly namespace: string;
  /** Its ports: the name, and the number that the pods listen on (`targetPort` of the Service, resolved). */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly appProtocol?: string }[];
}

/** One address of a pod behind a Service, and the conditions that its readiness and deletion lead to. */
export interface EndpointSpec {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zone?: string;
  readonly nodeName?: string;
  /** Pod name, for `targetRef`. Two addresses with one pod name are a dual-stack pod. */
  readonly podName?: string;
  /** Port numbers by port name, where this pod's differ from the Service's (a named `targetPort`). */
  readonly ports?: Readonly<Record<string, number>>;
}

/** What has to be done to the stored slices of one Service. */
export interface SliceChanges {
  readonly create: readonly SliceContent[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly content: SliceContent }[];
  readonly delete: readonly EndpointSlice[];
}

/**
 * Compares the slices of a Service with its endpoints, as the EndpointSlice controller does: an endpoint stays in its slice, new ones
 * fill slices with room before new slices are made, address families and port sets have slices of their own, and a
 * Service without endpoints keeps one empty slice. Slices that need no change are left alone.
 *
 * @throws Error naming the address that is no IP address or comes twice.
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#distribution-of-endpointslices
 */
export function reconcileSlices(
  existing: readonly EndpointSlice[],
  service: ServiceSpec,
  endpoints: readonly EndpointSpec[],
  maxEndpointsPerSlice: number,
): SliceChanges {
  const groups = groupEndpoints(service, endpoints);
  const obsolete = existing.filter((slice) => !groups.has(groupKey(slice)));
  const changes = [...groups.values()].map((group) => {
    const slices = existing.filter((slice) => groupKey(slice) === groupKey(group));
    return reconcileGroup(slices, group, maxEndpointsPerSlice);
  });
  return reuseDeleted({
    create: changes.flatMap((change) => change.create),
    update: changes.flatMap((change) => change.update),
    delete: [...obsolete, ...changes.flatMap((change) => change.delete)],
  });
}

/** Turns a create and a delete into an update, as the controller does: a watcher then never sees a gap between them. */
function reuseDeleted(changes: SliceChanges): SliceChanges {
  const create: SliceContent[] = [];
  const update = [...changes.update];
  const deleted = [...changes.delete];
  for (const content of changes.create) {
    // The address type of a slice cannot be changed.
    const index = deleted.findIndex((slice) => slice.addressType === content.addressType);
    const [slice] = index < 0 ? [] : deleted.splice(index, 1);
    if (slice === undefined) create.push(content);
    else update.push({ slice, content });
  }
  return { create, update, delete: deleted };
}

function groupKey(content: SliceContent): string {
  return JSON.stringify([content.addressType, content.ports]);
}

function groupEndpoints(service: ServiceSpec, endpoints: readonly EndpointSpec[]): Map<string, SliceContent> {
  const groups = new Map<string, SliceContent & { endpoints: SliceEndpoint[] }>();
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    const { address } = endpoint;
    if (!isIP(address)) throw new Error(`"${address}" is not an endpoint address: give an IPv4 or IPv6 address`);
    const addressType = isIPv6(address) ? "IPv6" : "IPv4";
    const ports = portsOf(service, endpoint.ports);
    const key = groupKey({ addressType, ports, endpoints: [] });
    // One address may stand for several pods of the host network, which then differ in their ports.
    if (seen.has(address + key)) throw new Error(`Endpoint address ${address} occurs twice: give each address once`);
    seen.add(address + key);
    const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
    group.endpoints.push(toSliceEndpoint(service.namespace, endpoint));
    groups.set(key, group);
  }
  if (groups.size > 0) return groups;
  const placeholder: SliceContent = { addressType: "IPv4", ports: [], endpoints: [] };
  return new Map([[groupKey(placeholder), placeholder]]);
}

function portsOf(service: ServiceSpec, overrides: EndpointSpec["ports"] = {}): SlicePort[] {
  return service.ports.map(({ name, port, appProtocol }) => ({
    name,
    protocol: "TCP",
    port: overrides[name] ?? port,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  }));
}

function toSliceEndpoint(namespace: string, endpoint: EndpointSpec): SliceEndpoint {
  const { address, ready, serving, terminating, zone, nodeName, podName } = endpoint;
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(podName === undefined
      ? {}
      : { targetRef: { kind: "Pod", namespace, name: podName, uid: `uid-of-${podName}` } }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function reconcileGroup(slices: readonly EndpointSlice[], group: SliceContent, max: number): SliceChanges {
  const wanted = new Map(group.endpoints.map((endpoint) => [addressOf(endpoint), endpoint]));
  const kept = slices.map((slice) => ({ slice, endpoints: takeKept(slice, wanted) }));
  const added = [...wanted.values()];
  // The controller first fills the slices that it has to write anyway, then the fullest of the others.
  const byPreference = kept.toSorted(
    (a, b) => Number(isChanged(b)) - Number(isChanged(a)) || b.endpoints.length - a.endpoints.length,
  );
  for (const { endpoints } of byPreference) endpoints.push(...added.splice(0, Math.max(0, max - endpoints.length)));
  const create: SliceContent[] = [];
  while (added.length > 0) create.push({ ...group, endpoints: added.splice(0, max) });
  const isPlaceholder = group.endpoints.length === 0;
  if (isPlaceholder && slices.length === 0) create.push(group);
  return {
    create,
    update: kept
      .filter((entry) => isChanged(entry) && entry.endpoints.length > 0)
      .map(({ slice, endpoints }) => ({ slice, content: { ...group, endpoints } })),
    delete: kept.filter(({ endpoints }) => endpoints.length === 0 && !isPlaceholder).map(({ slice }) => slice),
  };
}

function addressOf(endpoint: SliceEndpoint): string {
  return endpoint.addresses[0] ?? "";
}

/** The endpoints of a slice that are still wanted, in their present form; they are taken out of `wanted`. */
function takeKept(slice: EndpointSlice, wanted: Map<string, SliceEndpoint>): SliceEndpoint[] {
  return slice.endpoints.flatMap((endpoint) => {
    const present = wanted.get(addressOf(endpoint));
    wanted.delete(addressOf(endpoint));
    return present === undefined ? [] : [present];
  });
}

function isChanged(entry: { slice: EndpointSlice; endpoints: readonly SliceEndpoint[] }): boolean {
  return JSON.stringify(entry.slice.endpoints) !== JSON.stringify(entry.endpoints);
}
