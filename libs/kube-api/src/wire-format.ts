import type { SliceRequest } from "./api-request.ts";
import { type EndpointSlice, sliceType } from "./endpoint-slice.ts";
import type { SliceStore } from "./slice-store.ts";

/** Whether a request selects a slice. */
export function isSelected(slice: EndpointSlice, request: SliceRequest): boolean {
  const { name, namespace, labels } = slice.metadata;
  if (request.namespace !== undefined && request.namespace !== namespace) return false;
  return request.labels(labels) && request.fields({ "metadata.name": name, "metadata.namespace": namespace });
}

/** A slice as a `get` and a watch event carry it. */
export function toObject(slice: EndpointSlice): object {
  return { ...sliceType, ...toItem(slice) };
}

/** The EndpointSliceList that answers a list; `limit` is ignored, as the API allows a server to do. */
export function toList(store: SliceStore, request: SliceRequest): object {
  const items = store.list().filter((slice) => isSelected(slice, request));
  return {
    kind: "EndpointSliceList",
    apiVersion: sliceType.apiVersion,
    metadata: { resourceVersion: String(store.resourceVersion) },
    items: items.map(toItem),
  };
}

/** The object of a BOOKMARK event: nothing but a version up to which the watcher has seen everything. */
export function toBookmark(resourceVersion: number): object {
  const metadata = { resourceVersion: String(resourceVersion), creationTimestamp: null };
  return { ...sliceType, metadata, addressType: "", endpoints: null, ports: null };
}

/** Empty lists are null on the wire, as Go writes lists that passed through protobuf. */
function toItem(slice: EndpointSlice): object {
  const { metadata, addressType, endpoints, ports } = slice;
  return {
    metadata,
    addressType,
    endpoints: endpoints.length === 0 ? null : endpoints,
    ports: ports.length === 0 ? null : ports,
  };
}
