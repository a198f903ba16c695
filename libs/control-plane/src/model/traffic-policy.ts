/** What Istio's DestinationRule says of the calls to a service, or to a subset of it (`trafficPolicy`). gRPC clients are sent a part of it alone. */
export interface TrafficPolicy {
  /** `loadBalancer.simple`. Default as in Istio 1.31: ROUND_ROBIN for gRPC clients, LEAST_REQUEST for sidecars. */
  readonly lbPolicy?: LbPolicy;
  /** Calls of one key go to one pod, whatever `lbPolicy` says. Default: they do not. */
  readonly consistentHash?: ConsistentHash;
  /** How pods that are new get their share bit by bit, by ROUND_ROBIN or LEAST_REQUEST. Default: at once. Not sent to gRPC clients. */
  readonly warmup?: Warmup;
  /** Which localities get the calls. */
  readonly locality?: LocalityPolicy;
  /** Limits. Default: none. gRPC clients are sent `maxRequests` alone (gRFC A32). */
  readonly connectionPool?: ConnectionPool;
  /** How many retries may be under way, beside those that `connectionPool` allows. Default: any. Not sent to gRPC clients. */
  readonly retryBudget?: RetryBudget;
  /** Endpoints that fail get no calls for a while. Default: they go on. Not sent to gRPC clients. */
  readonly outlierDetection?: OutlierDetection;
}

/**
 * `envoy.config.cluster.v3.Cluster.LbPolicy`, and LEAST_CONN, as Istio called LEAST_REQUEST before. grpc-js takes ROUND_ROBIN and RING_HASH, and NACKs a
 * cluster with any other; istiod sends it neither RANDOM nor LEAST_CONN.
 */
export type LbPolicy = "ROUND_ROBIN" | "LEAST_REQUEST" | "LEAST_CONN" | "RANDOM" | "RING_HASH" | "MAGLEV";

/** `loadBalancer.consistentHash`. */
export interface ConsistentHash {
  readonly key: HashKey;
  /** `ring`, Envoy's RING_HASH, or MAGLEV. Default: a ring. */
  readonly table?: "ring" | "maglev";
  /** The least entries of a ring (default 1,024), or all of Maglev's table (Envoy's default 65,537). */
  readonly size?: number;
}

/** What calls are told apart by. gRPC heeds headers alone (gRFC A42); without a key it picks at random. */
export type HashKey =
  | { readonly header: string }
  | { readonly cookie: string; readonly ttlMs?: number; readonly path?: string }
  | { readonly sourceIp: true };

/** `loadBalancer.warmup`: Envoy's slow start. */
export interface Warmup {
  readonly durationMs: number;
  /** The share that a new pod begins with; default 10. */
  readonly minimumPercent?: number;
  /** How the share grows: 1, in a straight line (the default); more is quicker at first. */
  readonly aggression?: number;
}

/** `loadBalancer.localityLbSetting`. Localities are `region`, `region/zone`, with `*` for any. */
export interface LocalityPolicy {
  /** Default true: with outlier detection, calls go to the nearest locality that has healthy pods. */
  readonly enabled?: boolean;
  /** Shares in percent for callers of each locality. */
  readonly distribute?: readonly { readonly from: string; readonly to: Readonly<Record<string, number>> }[];
  /** Which region comes after the caller's own, where there is outlier detection. */
  readonly failover?: readonly { readonly from: string; readonly to: string }[];
}

/** `connectionPool`: each a whole number from 1. */
export interface ConnectionPool {
  /** `http.http2MaxRequests`: calls under way. */
  readonly maxRequests?: number;
  /** `http.http1MaxPendingRequests`: calls that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** `http.maxRequestsPerConnection` */
  readonly maxRequestsPerConnection?: number;
  /** `http.maxRetries`: retries under way. */
  readonly maxRetries?: number;
  /** `http.maxConcurrentStreams`: calls under way on one connection. */
  readonly maxConcurrentStreams?: number;
  /** `tcp.maxConnections` */
  readonly maxConnections?: number;
  /** `tcp.connectTimeout`; default 10 s. */
  readonly connectTimeoutMs?: number;
  /** `tcp.maxConnectionDuration`: connections age. */
  readonly maxConnectionDurationMs?: number;
  /** `http.idleTimeout`; default Envoy's hour. */
  readonly idleTimeoutMs?: number;
}

/** `retryBudget`: Envoy's, of one cluster. */
export interface RetryBudget {
  /** Of the calls under way; default 20. */
  readonly percent?: number;
  /** So many are always allowed; default 3. */
  readonly minRetryConcurrency?: number;
}

/** `outlierDetection`; what is left out is Envoy's default. */
export interface OutlierDetection {
  readonly consecutive5xxErrors?: number;
  readonly consecutiveGatewayErrors?: number;
  /** Counted where `splitExternalLocalOriginErrors` is asked for. */
  readonly consecutiveLocalOriginFailures?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly intervalMs?: number;
  readonly baseEjectionTimeMs?: number;
  readonly maxEjectionPercent?: number;
  /** Below this share of healthy endpoints all get calls; default 0: never. */
  readonly minHealthPercent?: number;
}

/**
 * What holds for a subset: its own where it has any, else the service's; all that is said of balancing counts as one.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/util/util.go (`MergeSubsetTrafficPolicy`)
 */
export function policyOf(service: TrafficPolicy, subset: TrafficPolicy = {}): TrafficPolicy {
  const { lbPolicy, consistentHash, warmup, locality } = subset;
  const own = [lbPolicy, consistentHash, warmup, locality].some((field) => field !== undefined);
  return { ...limitsOf(service), ...limitsOf(subset), ...balancingOf(own ? subset : service) };
}

function limitsOf({ connectionPool, retryBudget, outlierDetection }: TrafficPolicy): TrafficPolicy {
  return {
    ...(connectionPool && { connectionPool }),
    ...(retryBudget && { retryBudget }),
    ...(outlierDetection && { outlierDetection }),
  };
}

function balancingOf({ lbPolicy, consistentHash, warmup, locality }: TrafficPolicy): TrafficPolicy {
  return {
    ...(lbPolicy && { lbPolicy }),
    ...(consistentHash && { consistentHash }),
    ...(warmup && { warmup }),
    ...(locality && { locality }),
  };
}
