import type { EndpointSlice, SlicePort } from "./endpoint-slice.ts";

/**
 * The number at which the endpoints of a slice serve a port. It may differ between slices of one Service while pods
 * with different numbers of a named container port exist.
 *
 * @param wanted number of a port of the pods, name of a port of the Service, or undefined for its only port.
 * @returns undefined when the slice has no such TCP port.
 */
export function findPort(ports: readonly SlicePort[], wanted: number | string | undefined): number | undefined {
  const tcp = ports.filter(isTcp);
  // No ports, as of a headless Service that lists none, or a port without a number: every port is served.
  if (typeof wanted === "number" && (tcp.length === 0 || tcp.some(({ port }) => port == null))) return wanted;
  if (typeof wanted === "number") return tcp.find(({ port }) => port === wanted)?.port ?? undefined;
  if (wanted !== undefined) return tcp.find(({ name }) => name === wanted)?.port ?? undefined;
  return tcp.length === 1 ? (tcp[0]?.port ?? undefined) : undefined;
}

/** The TCP ports of slices for a message, as `name (number)`. */
export function listPorts(slices: readonly EndpointSlice[]): string[] {
  const ports = slices.flatMap((slice) => slice.ports ?? []).filter(isTcp);
  const texts = ports.map(({ name, port }) => `${name || "(unnamed)"} (${port ?? "any number"})`);
  return [...new Set(texts)].sort();
}

function isTcp({ protocol }: SlicePort): boolean {
  return (protocol ?? "TCP") === "TCP";
}
