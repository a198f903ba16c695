import type { EndpointSlice, SlicePort } from "./endpoint-slice.ts";

/**
 * The number at which the endpoints of a slice serve a port. It may differ between slices of one Service while pods
 * with different numbers of a named container port exist.
 *
 * @param wanted number of a port of the pods, or name of a port of the Service, empty where it has none.
 * @returns undefined when the slice has no such TCP port, or that has no number.
 */
export function findPort(ports: readonly SlicePort[], wanted: number | string): number | undefined {
  const tcp = ports.filter(isTcp);
  if (typeof wanted === "string") return tcp.find((port) => nameOf(port) === wanted)?.port ?? undefined;
  // No ports, as of a headless Service that lists none, or a port without a number: every port is served.
  const anyNumber = ports.length === 0 || tcp.some(({ port }) => port == null);
  return anyNumber || tcp.some(({ port }) => port === wanted) ? wanted : undefined;
}

/** The names of the TCP ports of slices, each once; that of a port without a name is empty. */
export function portNames(slices: readonly EndpointSlice[]): string[] {
  return [...new Set(tcpPorts(slices).map(nameOf))];
}

/**
 * The only TCP port of slices, for {@link findPort}: by its name, or, while a port has two names as in the moment in which its Service renames it, by its number.
 *
 * @returns undefined when there is none, or more than one. One slice may lack a port of the others, where its pods do not have it.
 */
export function onlyPort(slices: readonly EndpointSlice[]): string | number | undefined {
  const [name, ...otherNames] = portNames(slices);
  if (otherNames.length === 0) return name;
  const [number, ...otherNumbers] = new Set(tcpPorts(slices).map(({ port }) => port ?? undefined));
  return otherNumbers.length === 0 ? number : undefined;
}

/** The TCP ports of slices for a message, as `name (number)`. */
export function listPorts(slices: readonly EndpointSlice[]): string[] {
  const texts = tcpPorts(slices).map(({ name, port }) => `${name || "(unnamed)"} (${port ?? "any number"})`);
  return [...new Set(texts)].sort();
}

function tcpPorts(slices: readonly EndpointSlice[]): SlicePort[] {
  return slices.flatMap((slice) => slice.ports ?? []).filter(isTcp);
}

function nameOf({ name }: SlicePort): string {
  return name ?? "";
}

function isTcp({ protocol }: SlicePort): boolean {
  return (protocol ?? "TCP") === "TCP";
}
