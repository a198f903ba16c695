import { isIPv6 } from "node:net";

/** `host:port`, of IPv6 `[host]:port`; without a host `:port`. */
export function formatAddress({ host = "", port }: { readonly host?: string; readonly port: number }): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
