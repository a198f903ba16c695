import type { JsonObject } from "@grpc-lb-lab/stage-api";

/** A duration in ms, as Envoy's JSON has it. */
export function seconds(ms: number): string {
  return `${ms / 1000}s`;
}

/** Fields of a retry policy that look for another pod than those that a call has been at, as Istio's retries do. */
export const ELSEWHERE: JsonObject = {
  retryHostPredicate: [
    {
      name: "envoy.retry_host_predicates.previous_hosts",
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
      },
    },
  ],
  hostSelectionRetryMaxAttempts: 5,
};

/**
 * Envoy's filter for faults on purpose, as `httpFilters` have it.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter
 */
export function faultFilter(fault: JsonObject): JsonObject {
  return {
    name: "envoy.filters.http.fault",
    typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault", ...fault },
  };
}
