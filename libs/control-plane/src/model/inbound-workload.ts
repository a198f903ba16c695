import type { JsonObject } from "../json.ts";
import type { ConnectionPool } from "./traffic-policy.ts";

/** The inbound side of a pod with a sidecar: Envoy listens on the pod's address and forwards to the application. */
export interface InboundWorkload {
  /** The pod's IP address, which is also the one in its proxy's node id. */
  readonly address: string;
  readonly port: number;
  /** Where the application listens. */
  readonly appAddress: string;
  readonly appPort: number;
  /** The service's limits, which istiod sets before the application as well. Default: none. */
  readonly connectionPool?: ConnectionPool;
  /** The AuthorizationPolicies that select the pod. Default: none, so that everybody may call it. */
  readonly authorization?: readonly AuthorizationPolicy[];
  /** What the EnvoyFilters that select the pod insert. Default: nothing. */
  readonly httpFilters?: readonly InsertedHttpFilter[];
  /**
   * Whether this pod's Envoy also listens on the services' cluster IPs, for calls that the pod makes; default false. In a
   * cluster every sidecar does; where pods share one network, as on one machine, only one Envoy can.
   */
  readonly outbound?: boolean;
}

/**
 * An Istio AuthorizationPolicy, without what it says of callers: nobody has an identity without mutual TLS. A call is refused that a DENY policy matches;
 * where there are ALLOW policies, also one that none of them matches.
 */
export interface AuthorizationPolicy {
  /** For Envoy's statistics and logs. */
  readonly name: string;
  readonly action: "ALLOW" | "DENY";
  /** Each for itself; a policy without any matches nothing. */
  readonly rules: readonly AuthorizationRule[];
}

/** A rule matches calls that one of its operations matches; without any, all. */
export interface AuthorizationRule {
  readonly operations: readonly AuthorizedOperation[];
}

/** All that is given must match, each by one of its texts: `/a.B/C`, `/a.B/*`, `*C`, or `*` for whatever is there. */
export interface AuthorizedOperation {
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
  /** HTTP methods, which of gRPC's calls are always `POST`. */
  readonly methods?: readonly string[];
  readonly notMethods?: readonly string[];
}

/** An Istio EnvoyFilter that inserts a filter (`applyTo: HTTP_FILTER`). */
export interface InsertedHttpFilter {
  /** `HttpFilter`, its fields in either of protobuf's JSON names. */
  readonly filter: JsonObject;
  /** The name of the filter that it comes before; default: the first. Where there is no such filter, nothing is inserted. */
  readonly before?: string;
}
