import { randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type EndpointSlice, type SliceContent, serviceNameLabel } from "./endpoint-slice.ts";
import { type EndpointSpec, reconcileSlices, type ServiceSpec } from "./reconcile-slices.ts";
import type { SliceStore } from "./slice-store.ts";

/** How many slices a call changed. */
export interface AppliedChanges {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Makes the stored slices of a Service hold these endpoints, changing as little as it can. */
export function applyEndpoints(
  store: SliceStore,
  service: ServiceSpec,
  endpoints: readonly EndpointSpec[],
  maxEndpointsPerSlice: number,
): AppliedChanges {
  const { name, namespace } = service;
  const changes = reconcileSlices(slicesOf(store, service), service, endpoints, maxEndpointsPerSlice);
  const labels = labelsOf(name, "endpointslice-controller.k8s.io");
  for (const content of changes.create) store.create(namespace, unusedName(store, namespace, name), labels, content);
  for (const { slice, content } of changes.update) store.update(slice, content);
  for (const slice of changes.delete) store.delete(slice);
  return { created: changes.create.length, updated: changes.update.length, deleted: changes.delete.length };
}

/** Makes the stored slices of a Service exactly these, by name; a slice that stays as it is gets no new version. */
export function applySlices(
  store: SliceStore,
  service: { readonly name: string; readonly namespace: string },
  slices: Readonly<Record<string, SliceContent>>,
): void {
  for (const slice of slicesOf(store, service)) if (!(slice.metadata.name in slices)) store.delete(slice);
  for (const [name, content] of Object.entries(slices)) {
    const stored = store.get(service.namespace, name);
    if (stored === undefined) store.create(service.namespace, name, labelsOf(service.name, "hand"), content);
    else if (!isDeepStrictEqual({ ...stored, metadata: 0 }, { ...content, metadata: 0 })) store.update(stored, content);
  }
}

function labelsOf(service: string, manager: string): Record<string, string> {
  return { "endpointslice.kubernetes.io/managed-by": manager, [serviceNameLabel]: service };
}

/** The stored slices of a Service. */
export function slicesOf(store: SliceStore, service: { name: string; namespace: string }): EndpointSlice[] {
  return store
    .list()
    .filter(
      ({ metadata }) => metadata.namespace === service.namespace && metadata.labels[serviceNameLabel] === service.name,
    );
}

/** A name as `generateName` of the API makes it: a prefix and five characters that form no words. */
function unusedName(store: SliceStore, namespace: string, prefix: string): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const suffix = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join("");
  const name = `${prefix}-${suffix}`;
  return store.get(namespace, name) === undefined ? name : unusedName(store, namespace, prefix);
}
