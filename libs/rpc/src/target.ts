/** Name resolution schemes that a client of the lab can use. */
export const TARGET_SCHEMES = ["dns", "ipv4", "ipv6", "unix", "xds", "kubernetes"] as const;
/** One of {@link TARGET_SCHEMES}. */
export type TargetScheme = (typeof TARGET_SCHEMES)[number];

/** A gRPC target taken apart, as in https://github.com/grpc/grpc/blob/master/doc/naming.md. */
export interface Target {
  readonly scheme: TargetScheme;
  /** Between `//` and the next `/`: a DNS server, an API server, an xDS authority; empty when there is none. */
  readonly authority: string;
  /** The name to resolve. */
  readonly name: string;
}

const WITH_AUTHORITY = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/]*)\/(.+)$/;
const WITHOUT_AUTHORITY = /^(dns|ipv4|ipv6|unix|xds|kubernetes):(?!\d+$)(.+)$/;
const HOST_AND_PORT = /^(\[[0-9A-Fa-f:.%]+\]|[^:/]+):(\d{1,5})$/;

/**
 * Takes a gRPC target apart. A target without a scheme is a DNS name, as grpc-js has it. Where grpc-js would quietly look up
 * a misspelt scheme in DNS, or take port 443 for a missing port, this refuses.
 * @throws {TypeError} whose message says what is wrong, made to follow the target's name.
 */
export function parseTarget(target: string): Target {
  const [, scheme = "dns", authority = "", name = target] =
    WITH_AUTHORITY.exec(target) ?? withoutAuthority(target) ?? [];
  if (!isScheme(scheme))
    throw new TypeError(`has the unknown scheme "${scheme}": use ${TARGET_SCHEMES.join(", ")} or host:port`);
  if ((scheme === "dns" || scheme === "xds") && !isHostAndPort(name))
    throw new TypeError("must end in a host and a port (host:port)");
  return { scheme, authority, name };
}

function withoutAuthority(target: string): [string, string, string, string] | undefined {
  const match = WITHOUT_AUTHORITY.exec(target);
  return match === null ? undefined : [target, match[1] ?? "", "", match[2] ?? ""];
}

function isScheme(scheme: string): scheme is TargetScheme {
  return (TARGET_SCHEMES as readonly string[]).includes(scheme);
}

function isHostAndPort(name: string): boolean {
  const port = Number(HOST_AND_PORT.exec(name)?.[2]);
  return port >= 1 && port <= 65_535;
}
