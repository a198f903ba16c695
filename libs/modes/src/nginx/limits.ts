/**
 * Every limit of nginx's that many calls at once, long streams, or a client's one connection run into: which are lifted, which are kept, and why. The
 * overlay, the chart, the containers and the local stage all get them from here, as directives. Defaults are those of nginx 1.31
 * (https://nginx.org/en/docs/http/ngx_http_grpc_module.html and its neighbours). nginx knows no "unlimited" for most.
 */
type Directives = Readonly<Record<string, string | number>>;

/** As much as HTTP/2 has IDs for streams (RFC 9113). */
const ANY_NUMBER = 2_147_483_647;
/** As good as for ever. */
const ANY_TIME = "365d";

/** Limits of the process. */
export const PROCESS = {
  // Set, from none: each call needs a file of its own, its connection to a pod. Where a machine allows fewer, nginx says so and goes on.
  worker_rlimit_nofile: 16_384,
} as const satisfies Directives;

/** Limits of a worker: `events`. */
export const EVENTS = {
  // Lifted, from 512: each call under way has a connection of its own to a pod, so that the 511th call would fail ("worker_connections are not enough").
  worker_connections: 16_384,
} as const satisfies Directives;

/** Limits of what clients send: `server`. */
export const CLIENT_SIDE = {
  // Lifted, from 128: a client has one connection, so its 129th call would wait in the client for another to end.
  http2_max_concurrent_streams: ANY_NUMBER,
  // Lifted, from 1,000 calls and 1 h: then nginx ends a client's connection. Calls that cross its GOAWAY are lost unless the client sends them again.
  keepalive_requests: ANY_NUMBER,
  keepalive_time: ANY_TIME,
  // Set, from 75 s, to what Envoy has: ends connections that have no stream at all; clients connect again.
  keepalive_timeout: "1h",
  // Lifted, from 1 MB, which counts all messages of a client's stream together: HTTP status 413.
  client_max_body_size: 0,
  // Lifted, from 60 s: how long a client's stream may be silent, and how long a client may not read. gRPC has deadlines.
  client_body_timeout: ANY_TIME,
  send_timeout: ANY_TIME,
  // Kept: client_header_timeout, 60 s, and large_client_header_buffers, 4 of 8 kB, for a call's metadata.
} as const satisfies Directives;

/** The longest that a connection to a pod may take; see {@link CALL}. */
export const CONNECT_TIMEOUT_MS = 500;

/** Limits of a call: `location`. */
export const CALL = {
  // Set, from 60 s: a pod that has vanished is tried for so long, and then another one. It must be shorter than clients' deadlines: a call that its
  // client takes back counts as no failure of the pod, which then is picked again and again. Shorter than TCP's first repetition, too, 1 s: pods are near. The
  // price: more new connections at once than a server's queue takes (Node's: 511) look like a dead pod.
  grpc_connect_timeout: `${CONNECT_TIMEOUT_MS}ms`,
  // Lifted, from 60 s each: how long a pod may say nothing, or not read. gRPC has deadlines, and streams may last.
  grpc_read_timeout: ANY_TIME,
  grpc_send_timeout: ANY_TIME,
  // Kept: grpc_next_upstream, "error timeout", any number of times: a call that could not be sent goes to the next pod. One that was sent never does,
  // non_idempotent or not, for nginx keeps no copy of its messages (request_body_no_buffering).
  // Kept: grpc_buffer_size, 4 or 8 kB, into which an answer's metadata must fit.
  // Set, from off: TCP's keepalive finds out that a pod has vanished, if only after the system's 2 h.
  grpc_socket_keepalive: "on",
} as const satisfies Directives;

/** How many connections without a call each worker keeps for later calls. */
export const IDLE_CONNECTIONS = 32;

/** Limits of what goes to the pods: `upstream`. */
export const POD_SIDE = {
  // As it is by default since nginx 1.29.7; before, each call made a connection of its own.
  keepalive: IDLE_CONNECTIONS,
  // Kept: keepalive_requests, 1,000, keepalive_timeout, 60 s, and keepalive_time, 1 h, end connections between two calls, which costs none.
  // Kept: max_fails, 1, and fail_timeout, 10 s: a pod that failed once is left out for 10 s; should all fail, all calls do ("no live upstreams").
} as const satisfies Directives;
