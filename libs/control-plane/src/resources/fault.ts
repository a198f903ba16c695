import { duration, type JsonObject } from "../json.ts";
import type { FaultInjection } from "../model/mesh-route.ts";
import { fractionOf } from "./fraction.ts";

/**
 * `HTTPFault` of one route, in place of what the filter has of its own; made as istiod's `TranslateFault` makes it:
 * https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/route/route.go
 */
export function httpFault({ delay, abort }: FaultInjection): JsonObject {
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault",
    delay: delay && { fixedDelay: duration(delay.fixedDelayMs), percentage: percentageOf(delay) ?? NONE },
    abort: abort && { ...abort, percentage: percentageOf(abort) },
  };
}

const NONE = { numerator: 0, denominator: "HUNDRED" };

function percentageOf({ percentage }: { readonly percentage?: number }): JsonObject | undefined {
  return percentage === undefined ? undefined : fractionOf(percentage);
}
