import type { Metadata } from "@grpc/grpc-js";

/** How often gRPC had tried the call before this attempt (gRFC A6). */
export const PREVIOUS_ATTEMPTS_KEY = "grpc-previous-rpc-attempts";
/** Which attempt this is, counted from 1, where Envoy's route has `include_request_attempt_count`. */
export const ENVOY_ATTEMPT_KEY = "x-envoy-attempt-count";

/**
 * The attempts that a call took until the answering server saw it, read from the response's initial metadata, or from the trailers of
 * a call that failed at once. 1 when the server was told nothing; the larger count where both gRPC and a proxy retried.
 */
export function readAttempts(metadata: Metadata): number {
  return Math.max(1, count(metadata, PREVIOUS_ATTEMPTS_KEY) + 1, count(metadata, ENVOY_ATTEMPT_KEY));
}

function count(metadata: Metadata, key: string): number {
  const value = Number(metadata.get(key)[0]);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
