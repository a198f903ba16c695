import type {
  ConnectionPool,
  ConsistentHash,
  HashKey,
  OutlierDetection,
  RetryBudget,
  TrafficPolicy,
  Warmup,
} from "@grpc-lb-lab/control-plane";
import type { TrafficPolicyRule } from "./destination-rule.ts";
import { durationMs } from "./duration-ms.ts";
import { given } from "./given.ts";

type LoadBalancerRule = NonNullable<TrafficPolicyRule["loadBalancer"]>;
type HashRule = NonNullable<LoadBalancerRule["consistentHash"]>;

/** What the control plane is told of a DestinationRule's `trafficPolicy`, beside its `tls`. */
export function toTrafficPolicy(rule: TrafficPolicyRule = {}): TrafficPolicy {
  const { loadBalancer, connectionPool, retryBudget, outlierDetection } = rule;
  return {
    ...(loadBalancer && toBalancing(loadBalancer)),
    ...(connectionPool && { connectionPool: toConnectionPool(connectionPool) }),
    ...(retryBudget && { retryBudget: toRetryBudget(retryBudget) }),
    ...(outlierDetection && { outlierDetection: toOutlierDetection(outlierDetection) }),
  };
}

function toBalancing(rule: LoadBalancerRule): TrafficPolicy {
  const { simple, consistentHash, localityLbSetting } = rule;
  const warmup = toWarmup(rule);
  return {
    ...(simple !== undefined && simple !== "UNSPECIFIED" && { lbPolicy: simple }),
    ...(consistentHash && { consistentHash: toConsistentHash(consistentHash) }),
    ...(warmup && { warmup }),
    ...(localityLbSetting && { locality: given(localityLbSetting) }),
  };
}

function toWarmup({ warmup, warmupDurationSecs }: LoadBalancerRule): Warmup | undefined {
  if (warmup === undefined)
    return warmupDurationSecs === undefined ? undefined : { durationMs: durationMs(warmupDurationSecs) };
  const { duration, minimumPercent, aggression } = warmup;
  return given({ durationMs: durationMs(duration), minimumPercent, aggression });
}

function toRetryBudget({ percent, minRetryConcurrency }: NonNullable<TrafficPolicyRule["retryBudget"]>): RetryBudget {
  return given({ percent, minRetryConcurrency: minRetryConcurrency || undefined });
}

function toConsistentHash(rule: HashRule): ConsistentHash {
  const { maglev, ringHash, minimumRingSize } = rule;
  if (maglev !== undefined) return given({ key: toKey(rule), table: "maglev" as const, size: maglev.tableSize });
  return given({ key: toKey(rule), size: ringHash?.minimumRingSize ?? minimumRingSize });
}

function toKey({ httpHeaderName, httpCookie }: HashRule): HashKey {
  if (httpHeaderName !== undefined) return { header: httpHeaderName };
  if (httpCookie === undefined) return { sourceIp: true };
  const { name, ttl, path } = httpCookie;
  return given({ cookie: name, ttlMs: durationMs(ttl), path });
}

function toConnectionPool({ http = {}, tcp = {} }: NonNullable<TrafficPolicyRule["connectionPool"]>): ConnectionPool {
  return given({
    maxRequests: http.http2MaxRequests || undefined,
    maxPendingRequests: http.http1MaxPendingRequests || undefined,
    maxRequestsPerConnection: http.maxRequestsPerConnection || undefined,
    maxRetries: http.maxRetries || undefined,
    maxConcurrentStreams: http.maxConcurrentStreams || undefined,
    maxConnections: tcp.maxConnections || undefined,
    connectTimeoutMs: durationMs(tcp.connectTimeout),
    maxConnectionDurationMs: durationMs(tcp.maxConnectionDuration),
    idleTimeoutMs: durationMs(http.idleTimeout),
  });
}

function toOutlierDetection(rule: NonNullable<TrafficPolicyRule["outlierDetection"]>): OutlierDetection {
  const { interval, baseEjectionTime, ...same } = rule;
  return given({ ...same, intervalMs: durationMs(interval), baseEjectionTimeMs: durationMs(baseEjectionTime) });
}
