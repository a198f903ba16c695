import { randomInt } from "node:crypto";
import { type EndpointSlice, serviceNameLabel } from "./endpoint-slice.ts";
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
  const labels = {
    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    [serviceNameLabel]: name,
  };
  for (const content of changes.create) store.create(namespace, unusedName(store, namespace, name), labels, content);
  for (const { slice, content } of changes.update) store.update(slice, content);
  for (const slice of changes.delete) store.delete(slice);
  return { created: changes.create.length, updated: changes.update.length, deleted: changes.delete.length };
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
