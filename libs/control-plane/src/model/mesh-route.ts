/** Where calls that match go: an item of VirtualService `http`. */
export interface MeshRoute {
  /** For Envoy's statistics and logs. */
  readonly name?: string;
  /** Default: every call. */
  readonly match?: RouteMatch;
  /** One of them is picked per call, by weight. */
  readonly destinations: readonly MeshDestination[];
  /** Default: the service's. */
  readonly timeoutMs?: number;
  /** Default: the service's. */
  readonly retries?: RetryPolicy;
  /** Default: none. */
  readonly fault?: FaultInjection;
  /** Default: none. gRPC reads none of them. */
  readonly headers?: HeaderChanges;
  /** Who gets copies of the calls beside; what they answer is thrown away. Default: nobody. gRPC mirrors nothing. */
  readonly mirrors?: readonly MeshMirror[];
}

/** VirtualService `fault`: what happens to calls on purpose, at the caller (`envoy.filters.http.fault`, gRFC A33). */
export interface FaultInjection {
  /** Calls wait before they are sent. `percentage` of the calls, 0 to 100; default 0, as istiod has it. */
  readonly delay?: { readonly fixedDelayMs: number; readonly percentage?: number };
  /**
   * Calls end with a status and are not sent. `percentage` of the calls, 0 to 100; by default none is sent, which aborts no call of Envoy's, and
   * which gRPC NACKs.
   */
  readonly abort?: ({ readonly httpStatus: number } | { readonly grpcStatus: number }) & {
    readonly percentage?: number;
  };
}

/** All that is given must match. */
export interface RouteMatch {
  /** `/<package>.<Service>/<Method>` */
  readonly path?: StringMatch;
  /** The HTTP method, which of gRPC's calls is always `POST`. */
  readonly httpMethod?: StringMatch;
  /** Request metadata by lower-case name. */
  readonly headers?: Readonly<Record<string, HeaderMatch>>;
}

/** How a header must be; `present` takes any value. */
export type HeaderMatch = StringMatch | { readonly present: true };

/** Exactly one of these, as in Istio's StringMatch; `regex` is RE2 and matches the whole text. */
export type StringMatch = { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/** Where a route leads to: VirtualService `route.destination` with its weight. */
export interface MeshDestination {
  /** The name of another service in the same namespace, with the same port; default: the service that the route is of. */
  readonly service?: string;
  /** Default: every endpoint of the service. */
  readonly subset?: string;
  /** Relative to the other destinations; default 1. */
  readonly weight?: number;
  /** On top of the route's. */
  readonly headers?: HeaderChanges;
}

/** VirtualService `mirrors`: Envoy's `request_mirror_policies`. */
export interface MeshMirror extends Pick<MeshDestination, "service" | "subset"> {
  /** How many of the calls, 0 to 100; default 100. */
  readonly percentage?: number;
}

/** VirtualService `headers`. */
export interface HeaderChanges {
  readonly request?: HeaderChange;
  readonly response?: HeaderChange;
}

/** What becomes of headers, in this order: some go, some are set whatever they were, some are added to those of their name. */
export interface HeaderChange {
  readonly remove?: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
}

/** VirtualService `retries`. */
export interface RetryPolicy {
  /** Retries after the first attempt; 0 turns them off. grpc-js makes at most 5 attempts in all. */
  readonly attempts: number;
  /** Envoy's `x-envoy-retry-on` conditions, and HTTP status codes; default: Istio's. grpc-js heeds cancelled, deadline-exceeded, internal, resource-exhausted and unavailable. */
  readonly retryOn?: string;
  /** How long an attempt may last; default: as long as the call. grpc-js does not heed it. */
  readonly perTryTimeoutMs?: number;
  /** The first wait between attempts; default: Envoy's 25 ms. */
  readonly backoffMs?: number;
}
