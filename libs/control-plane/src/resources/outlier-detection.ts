import { duration, type Json } from "../json.ts";
import type { OutlierDetection } from "../model/traffic-policy.ts";

/**
 * `OutlierDetection` as istiod's `applyOutlierDetection` makes it: never by rates of success, and what is counted is always enforced.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_traffic_policy.go
 */
export function outlierDetection(asked: OutlierDetection | undefined): Json | undefined {
  if (asked === undefined) return undefined;
  const { consecutive5xxErrors, consecutiveGatewayErrors, intervalMs, baseEjectionTimeMs, maxEjectionPercent } = asked;
  return {
    enforcingSuccessRate: 0,
    consecutive5xx: consecutive5xxErrors,
    enforcingConsecutive5xx: enforcing(consecutive5xxErrors),
    consecutiveGatewayFailure: consecutiveGatewayErrors,
    enforcingConsecutiveGatewayFailure: enforcing(consecutiveGatewayErrors),
    interval: intervalMs === undefined ? undefined : duration(intervalMs),
    baseEjectionTime: baseEjectionTimeMs === undefined ? undefined : duration(baseEjectionTimeMs),
    maxEjectionPercent: maxEjectionPercent || undefined,
    ...localOrigin(asked),
  };
}

/** Failures to connect, where they are counted apart from those that endpoints answer. */
function localOrigin({ splitExternalLocalOriginErrors, consecutiveLocalOriginFailures: failures }: OutlierDetection) {
  if (!splitExternalLocalOriginErrors) return {};
  return {
    splitExternalLocalOriginErrors,
    consecutiveLocalOriginFailure: failures || undefined,
    enforcingConsecutiveLocalOriginFailure: failures ? 100 : undefined,
    enforcingLocalOriginSuccessRate: 0,
  };
}

/** Percent of the times; 0 errors turn the detection off. */
function enforcing(errors: number | undefined): number | undefined {
  return errors === undefined ? undefined : errors > 0 ? 100 : 0;
}
