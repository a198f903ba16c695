/** `envoy.config.core.v3.Address` with a numeric IP address and a TCP port, in protobuf's JSON form. */
export interface SocketAddress {
  readonly socketAddress: { readonly address: string; readonly portValue: number; readonly ipv4Compat?: true };
}

/** `envoy.config.bootstrap.v3.Admin`: where Envoy serves `/ready`, `/stats` and `/config_dump`. */
export interface AdminBlock {
  readonly address: SocketAddress;
}

/**
 * `envoy.config.bootstrap.v3.Bootstrap` in protobuf's JSON form (camelCase, as istiod and `/config_dump` print it).
 * Only the admin block is demanded: {@link startEnvoy} asks it whether Envoy is ready.
 */
export interface EnvoyBootstrap {
  readonly admin: AdminBlock;
  readonly [field: string]: unknown;
}

/**
 * An Envoy address. `host` is a numeric IP address: Envoy resolves names only in clusters of a DNS type. `::` takes connections of IPv4, too, as with
 * other servers; Envoy alone has to be told (`ipv4_compat`).
 */
export function socketAddress(host: string, port: number): SocketAddress {
  return { socketAddress: { address: host, portValue: port, ...(host === "::" ? { ipv4Compat: true } : {}) } };
}

/** The admin block of a bootstrap. The port must be free and not 0: `/ready` is asked there. */
export function adminBlock(host: string, port: number): AdminBlock {
  return { address: socketAddress(host, port) };
}
