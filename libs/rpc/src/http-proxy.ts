import { isIPv4 } from "node:net";
import { experimental } from "@grpc/grpc-js";
import type { Env } from "./settings.ts";
import { parseTarget } from "./target.ts";

/** The HTTP proxy that grpc-js connects to a target through, and why. */
export interface HttpProxy {
  /** The variable that names it: `grpc_proxy`, `https_proxy` or `http_proxy`. */
  readonly variable: string;
  /** `http://host:port`, without credentials. */
  readonly origin: string;
  /** What of the target is compared with the hosts that need no proxy. */
  readonly host: string;
  /** An assignment to the environment that ends it, such as `no_proxy=backend`, for a shell. */
  readonly remedy: string;
}

/**
 * The proxy that grpc-js takes for a target by the environment: of the first of `grpc_proxy`, `https_proxy` and `http_proxy` that has a value, if that is an
 * `http:` URL; for every scheme but `unix:`, and not for a target whose port is a name, nor one that an entry of `no_grpc_proxy` (else `no_proxy`) ends or, as a CIDR, holds.
 * Names in capitals do not count. These are the rules of `mapProxyName` in grpc-js's
 * {@link https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/http_proxy.ts http_proxy.ts}, which has no way to ask it.
 */
export function httpProxyOf(target: string, env: Env): HttpProxy | undefined {
  const { scheme, name } = parseTarget(target);
  const variable = ["grpc_proxy", "https_proxy", "http_proxy"].find((candidate) => env[candidate]);
  const url = URL.parse((variable && env[variable]) ?? "");
  const host = experimental.splitHostPort(name)?.host;
  if (variable === undefined || url?.protocol !== "http:" || scheme === "unix" || host === undefined) return undefined;
  const exempting = env.no_grpc_proxy ? "no_grpc_proxy" : "no_proxy";
  const exempt = env[exempting] || undefined;
  if (exempt?.split(",").some((entry) => host.endsWith(entry) || isInRange(host, entry))) return undefined;
  // Of several addresses (`ipv4:a:1,b:2`) grpc-js compares the end of the whole list.
  const entry = host.slice(host.lastIndexOf(",") + 1);
  const remedy = exempt === undefined ? `${exempting}=${entry}` : `${exempting}="$${exempting},${entry}"`;
  return { variable, origin: url.origin, host, remedy };
}

/** Whether an IPv4 address is in a range such as `10.0.0.0/8`. The shift is grpc-js's own, for which `/0` holds one address. */
function isInRange(host: string, entry: string): boolean {
  const [network = "", prefix = "", ...rest] = entry.split("/");
  const length = Number.parseInt(prefix, 10);
  if (!isIPv4(host) || !isIPv4(network) || rest.length > 0 || !(length >= 0 && length <= 32)) return false;
  const mask = -1 << (32 - length);
  return (toNumber(host) & mask) === (toNumber(network) & mask);
}

function toNumber(address: string): number {
  return address.split(".").reduce((number, octet) => (number << 8) + Number(octet), 0);
}
