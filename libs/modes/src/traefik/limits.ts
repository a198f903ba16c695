/**
 * Every limit of Traefik's that many calls at once, or long streams, run into: which are lifted, which are kept, and why. The overlay, the chart, the
 * containers and the local stage all get them from here. Defaults are those of Traefik 3.7:
 * https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
 */

/** As many streams as HTTP/2 has IDs for (RFC 9113). */
const ANY_STREAMS = 2_147_483_647;

/** Limits of what clients send, below `entryPoints.<name>`. */
export const CLIENT_SIDE: Readonly<Record<string, string | number>> = {
  // Lifted, from 250: a client has one connection, so its 251st call would wait for another to end.
  "http2.maxConcurrentStreams": ANY_STREAMS,
  // Lifted, from 60 s: it counts from the beginning of a call to the end of what the client sends, so it ends every stream that a client keeps open for
  // longer, be it silent or not. gRPC has deadlines.
  "transport.respondingTimeouts.readTimeout": 0,
  // Kept: respondingTimeouts.writeTimeout, none. Kept: respondingTimeouts.idleTimeout, 180 s, ends connections that have no call at all, by a GOAWAY:
  // clients connect again. Kept: keepAliveMaxRequests and keepAliveMaxTime, none: a connection to Traefik need not age, for Traefik balances calls.
  // Kept: lifeCycle.graceTimeOut, 10 s: calls under way have so long once Traefik is told to end.
};

// Of what goes to the pods all is kept (serversTransport.forwardingTimeouts): dialTimeout, 30 s, is how long a call may wait for a pod that has vanished;
// responseHeaderTimeout, none; idleConnTimeout, 90 s, ends connections without calls; readIdleTimeout, none: Traefik pings no pod, so a vanished one
// shows (dead-peer). All calls to a pod share a connection, and there is one more when the pod allows no more streams.
