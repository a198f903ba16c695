/**
 * Every limit of Envoy's that many calls at once, or long streams, run into: which are lifted, which are kept, and why. The overlay, the chart, the
 * containers and the local stage all get them from here. Defaults are those of Envoy 1.40; where a limit is met, the call ends UNAVAILABLE and
 * says which one ("reset reason: overflow").
 */

/** The most that Envoy's fields take. */
const ANY_NUMBER = 4_294_967_295;
/** As above, of streams: HTTP/2 has no more IDs (RFC 9113). */
const ANY_STREAMS = 2_147_483_647;

/** Limits of what clients send: `HttpConnectionManager`. */
export const CLIENT_SIDE = {
  // Lifted, from 5 min: a stream may wait for its next message for as long as its client wants. gRPC has deadlines for the rest.
  streamIdleTimeout: "0s",
  http2ProtocolOptions: {
    // Lifted, from 1,024 since Envoy 1.36: a client has one connection, so its 1,025th call would wait for another to end.
    maxConcurrentStreams: ANY_STREAMS,
    // Set, from none: with no limit to silence, a ping finds out that a client has gone without a word, and ends its streams.
    connectionKeepalive: { interval: "60s", timeout: "20s" },
  },
  // Kept: common_http_protocol_options.idle_timeout, 1 h, ends connections that have no stream at all; clients connect again.
  // Kept: no max_connection_duration and no max_stream_duration. A connection to Envoy need not age: Envoy balances calls.
} as const;

/** Limits of a call: `RouteAction`. */
export const CALL = {
  // Lifted, from 15 s: gRPC has deadlines, and streams may last.
  timeout: "0s",
} as const;

/** Limits of what goes to the pods: `Cluster`. */
export const POD_SIDE = {
  // Set, from 5 s: pods are near, and a call waits for this when one has vanished.
  connectTimeout: "1s",
  circuitBreakers: {
    thresholds: [
      {
        // Lifted, from 1,024 each, and retries from 3, as Istio does: 2,000 calls of 1 s each second are 2,000 at once, all of which wait for a
        // connection when the first pod has just come. What limits calls is for an experiment to set.
        maxConnections: ANY_NUMBER,
        maxPendingRequests: ANY_NUMBER,
        maxRequests: ANY_NUMBER,
        maxRetries: ANY_NUMBER,
      },
    ],
  },
} as const;

/** Limits of a connection to a pod: `HttpProtocolOptions`. */
export const POD_CONNECTION = {
  // Lifted, from 1,024: one connection for each pod, however many calls; what the pod's server allows still counts.
  explicitHttpConfig: { http2ProtocolOptions: { maxConcurrentStreams: ANY_STREAMS } },
  // Kept: common_http_protocol_options.idle_timeout, 1 h, as on the clients' side. Kept: no pings, so a vanished pod shows (dead-peer).
} as const;
