import type { JsonObject, ServiceConfigRules } from "@grpc-lb-lab/stage-api";

/**
 * What a client is asked for all methods, and beside.
 * @see https://github.com/grpc/grpc/blob/master/doc/service_config.md
 */
export function forAllMethods(methodConfig: JsonObject, beside: JsonObject = {}): ServiceConfigRules {
  return {
    dialect: "gRPC service config",
    serviceConfig: { methodConfig: [{ name: [{}], ...methodConfig }], ...beside },
  };
}

/** A retry policy (gRFC A6) whose pauses are short, so that a trial is. */
export function retryPolicy(attempts: number, code: string): JsonObject {
  const pauses = { initialBackoff: "0.01s", maxBackoff: "0.1s", backoffMultiplier: 2 };
  return { retryPolicy: { maxAttempts: attempts, ...pauses, retryableStatusCodes: [code] } };
}

/**
 * A duration in ms, as google.protobuf.Duration is in JSON. With nine digits of a second: grpc-js 1.14 takes the digits after the point for nanoseconds as
 * they are, so that it makes 5 ns of a timeout of `0.5s`.
 * @see https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/service-config.ts
 */
export function grpcDuration(ms: number): string {
  return `${(ms / 1000).toFixed(9)}s`;
}
