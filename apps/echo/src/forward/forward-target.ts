import { type LbPolicy, parseTarget } from "@grpc-lb-lab/rpc";
import { completeName } from "./complete-name.ts";
import { refusal } from "./refusal.ts";

/** What a URL of ForwardEcho stands for: a gRPC channel's target and policy, or an HTTP URL. */
export type ForwardTarget =
  | { readonly kind: "grpc"; readonly target: string; readonly lbPolicy: LbPolicy }
  | { readonly kind: "http"; readonly url: string };

/** What decides on the meaning of a URL, beside itself. */
export interface TargetContext {
  /** Completes short names in xds: URLs; none when empty. */
  readonly namespace: string;
  /** Whether grpc-js honours `dns://server/name`. */
  readonly asksDnsServers: boolean;
  /** Whether this process was given an xDS bootstrap, without which grpc-js-xds resolves nothing. */
  readonly hasXdsBootstrap: boolean;
}

/**
 * Reads a URL: `grpc://host:port` (pick_first, as gRPC's default is), `xds:///service:port` (balanced as xDS says), `dns:///name:port` and
 * `kubernetes:///service:port` (round_robin over what the resolver finds), `http://…`.
 * Unlike here, `dns://name` is a DNS query to Istio's server; it has no `kubernetes:`.
 * @throws {StatusError} UNKNOWN when the URL is none of these.
 */
export function forwardTarget(url: string, context: TargetContext): ForwardTarget {
  const colon = url.indexOf(":");
  if (colon < 1) throw refusal(`missing protocol scheme in the request URL: ${url}`);
  const scheme = url.slice(0, colon).toLowerCase();
  const rest = url.slice(colon);
  switch (scheme) {
    case "grpc":
      return grpcTarget(url, rest.replace(/^:\/\//, ""), "pick_first", context);
    case "xds":
    case "dns":
    case "kubernetes":
      return grpcTarget(url, `${scheme}${rest}`, scheme === "xds" ? "pick_first" : "round_robin", context);
    case "http":
      if (!URL.canParse(url)) throw refusal(`the request URL is not valid: ${url}`);
      return { kind: "http", url };
    default:
      throw refusal(`no protocol handler found for scheme ${scheme}`);
  }
}

function grpcTarget(url: string, text: string, lbPolicy: LbPolicy, context: TargetContext): ForwardTarget {
  const { scheme, authority, name } = parsed(url, text);
  if (scheme === "dns" && authority !== "" && !context.asksDnsServers)
    throw refusal(`${url} names a DNS server: start this server with GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true`);
  if (scheme !== "xds") return { kind: "grpc", target: text, lbPolicy };
  if (!context.hasXdsBootstrap)
    throw refusal(
      `${url} needs an xDS bootstrap: start this server with GRPC_XDS_BOOTSTRAP or GRPC_XDS_BOOTSTRAP_CONFIG`,
    );
  const [, host = name, port = ""] = /^(.*)(:\d+)$/.exec(name) ?? [];
  return { kind: "grpc", target: `xds://${authority}/${completeName(host, context.namespace)}${port}`, lbPolicy };
}

function parsed(url: string, text: string) {
  try {
    return parseTarget(text);
  } catch (error) {
    throw refusal(`${url} ${(error as Error).message}`);
  }
}
