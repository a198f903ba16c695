import { STATUS_CODES } from "node:http";
import { duration, type Json } from "../json.ts";
import type { RetryPolicy } from "../model/mesh-route.ts";

const RETRIABLE_CODES = "retriable-status-codes";
/** What Istio retries by default, and how often: https://istio.io/latest/docs/concepts/traffic-management/#retries */
const BY_DEFAULT: RetryPolicy = { attempts: 2 };
const DEFAULT_RETRY_ON = `connect-failure,refused-stream,unavailable,cancelled,${RETRIABLE_CODES}`;
const OTHER_HOSTS = {
  name: "envoy.retry_host_predicates.previous_hosts",
  typedConfig: {
    "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
  },
};

/**
 * `RetryPolicy` as istiod's `ConvertPolicy` makes it; undefined where there is to be none.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/route/retry/retry.go
 */
export function retryPolicy(asked: RetryPolicy = BY_DEFAULT, { keepsHost = false } = {}): Json | undefined {
  const { attempts, retryOn, perTryTimeoutMs, backoffMs } = asked;
  if (attempts === 0) return undefined;
  return {
    ...(retryOn === undefined ? { retryOn: DEFAULT_RETRY_ON } : conditionsOf(retryOn)),
    numRetries: attempts,
    perTryTimeout: perTryTimeoutMs === undefined ? undefined : duration(perTryTimeoutMs),
    retryBackOff: backoffMs === undefined ? undefined : { baseInterval: duration(backoffMs) },
    // Where a key picks the host, the next attempt is to find it again.
    retryHostPredicate: keepsHost ? undefined : [OTHER_HOSTS],
    hostSelectionRetryMaxAttempts: "5",
  };
}

/** Numbers among the conditions are status codes of HTTP. */
function conditionsOf(retryOn: string) {
  const parts = retryOn.split(",").map((part) => part.trim());
  const codes = parts.filter((part) => STATUS_CODES[part] !== undefined);
  const conditions = parts.filter((part) => part !== "" && !codes.includes(part));
  if (codes.length === 0) return { retryOn: conditions.join(",") };
  const all = conditions.includes(RETRIABLE_CODES) ? conditions : [...conditions, RETRIABLE_CODES];
  return { retryOn: all.join(","), retriableStatusCodes: codes.map(Number) };
}
