/** How long a peer may leave a keepalive ping unanswered at most: gRPC's default. */
const LONGEST_TIMEOUT_MS = 20_000;

/** The grpc-js options, the same for channels and servers, that ping each connection every `keepaliveMs`; none for 0. */
export function keepaliveOptions(keepaliveMs: number) {
  if (keepaliveMs === 0) return {};
  return {
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": Math.min(keepaliveMs, LONGEST_TIMEOUT_MS),
  };
}
