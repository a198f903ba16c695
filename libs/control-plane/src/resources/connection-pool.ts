import { duration, type JsonObject } from "../json.ts";
import type { ConnectionPool, RetryBudget } from "../model/traffic-policy.ts";

const NO_LIMIT = 2 ** 32 - 1;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The fields of a sidecar's `Cluster` that limit connections and calls, as istiod's `applyConnectionPool` sets them: HTTP/2, and no limits but those that
 * are asked for.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_traffic_policy.go
 */
export function sidecarConnections(pool: ConnectionPool = {}, budget?: RetryBudget): JsonObject {
  const http2 = {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    commonHttpProtocolOptions: commonOptions(pool),
    explicitHttpConfig: { http2ProtocolOptions: { maxConcurrentStreams: pool.maxConcurrentStreams } },
  };
  const limits = {
    maxConnections: pool.maxConnections ?? NO_LIMIT,
    maxPendingRequests: pool.maxPendingRequests ?? NO_LIMIT,
    maxRequests: pool.maxRequests ?? NO_LIMIT,
    maxRetries: pool.maxRetries ?? NO_LIMIT,
    retryBudget: budget && {
      budgetPercent: { value: budget.percent ?? 20 },
      minRetryConcurrency: budget.minRetryConcurrency ?? 3,
    },
  };
  return {
    connectTimeout: duration(pool.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
    circuitBreakers: { thresholds: [limits] },
    typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2 },
  };
}

/** Likewise of a gRPC client, which knows one limit (gRFC A32); without one grpc-js fails what is above 1,024 calls. */
export function proxylessLimits({ maxRequests }: ConnectionPool = {}): JsonObject {
  return { circuitBreakers: maxRequests === undefined ? undefined : { thresholds: [{ maxRequests }] } };
}

function commonOptions(pool: ConnectionPool): JsonObject | undefined {
  const { maxConnectionDurationMs, idleTimeoutMs, maxRequestsPerConnection } = pool;
  if (maxConnectionDurationMs === undefined && idleTimeoutMs === undefined && maxRequestsPerConnection === undefined) {
    return undefined;
  }
  return {
    maxConnectionDuration: maxConnectionDurationMs === undefined ? undefined : duration(maxConnectionDurationMs),
    idleTimeout: idleTimeoutMs === undefined ? undefined : duration(idleTimeoutMs),
    maxRequestsPerConnection,
  };
}
