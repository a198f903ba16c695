import type { ServiceConfig } from "@grpc/grpc-js";
import type { ClientConfig } from "./client-config.ts";
import type { Retry } from "./client-values.ts";

type MethodConfig = ServiceConfig["methodConfig"][number];

/** The example of gRFC A6; grpc-js waits a random part of it. */
const BACKOFF = { initialBackoff: "0.1s", maxBackoff: "1s", backoffMultiplier: 2 } as const;
/** A hedge is sent when an answer takes this long: well over a healthy call, well under a deadline. */
const HEDGING_DELAY = "0.1s";

/**
 * The service config (https://github.com/grpc/grpc/blob/master/doc/service_config.md) that a client's settings ask for: the policy, and
 * a retry or hedging policy for all methods, of calls that end UNAVAILABLE. Safe only for calls that may be repeated: UNAVAILABLE also ends
 * calls that a pod had begun to run when their connection broke, and a hedge is a second run by design.
 */
export function serviceConfig(
  config: Pick<ClientConfig, "lbPolicy" | "retry"> & Partial<Pick<ClientConfig, "serviceConfig">>,
): Record<string, unknown> {
  const { lbPolicy, retry } = config;
  return { loadBalancingConfig: [{ [lbPolicy]: {} }], methodConfig: methodConfigs(retry), ...config.serviceConfig };
}

function methodConfigs(retry: Retry): readonly Partial<MethodConfig>[] {
  switch (retry.kind) {
    case "off":
      return [];
    case "retry":
      return [
        {
          name: [{}],
          retryPolicy: { maxAttempts: retry.maxAttempts, ...BACKOFF, retryableStatusCodes: ["UNAVAILABLE"] },
        },
      ];
    case "hedge":
      return [
        {
          name: [{}],
          hedgingPolicy: {
            maxAttempts: retry.maxAttempts,
            hedgingDelay: HEDGING_DELAY,
            nonFatalStatusCodes: ["UNAVAILABLE"],
          },
        },
      ];
  }
}
