import { Metadata } from "@grpc/grpc-js";

/** What gRPC lets a text header hold; anything else would be refused by `Metadata`. */
const PRINTABLE = /^[\x20-\x7e]+$/;
/** Told by the hop before about the hop before: proxies in front of a backend set their own. */
const OF_THE_HOP = /^x-(?:forwarded-|envoy-|real-ip$|timeout-ms$)/;

/** The configured headers of an HTTP request as metadata for the backend. Values that gRPC cannot carry are left out. */
export function metadataFromHeaders(
  names: readonly string[],
  read: (name: string) => string | null | undefined,
): Metadata {
  const metadata = new Metadata();
  for (const name of names) {
    const value = read(name);
    if (!value) continue;
    if (name.endsWith("-bin")) metadata.set(name, Buffer.from(value, "base64"));
    else if (PRINTABLE.test(value)) metadata.set(name, value);
  }
  return metadata;
}

/**
 * What of a gRPC call's metadata goes on to the backend: the configured keys, and every custom `x-` key but those in which proxies describe a hop
 * (`x-forwarded-*`, `x-envoy-*`, `x-real-ip`). A gRPC client chose its metadata for the service; browsers and curl send headers that are not.
 */
export function metadataFromMetadata(names: readonly string[], received: Metadata): Metadata {
  const carried = new Metadata();
  for (const key of Object.keys(received.getMap())) {
    if (!names.includes(key) && (!key.startsWith("x-") || OF_THE_HOP.test(key))) continue;
    for (const value of received.get(key)) carried.add(key, value);
  }
  return carried;
}
