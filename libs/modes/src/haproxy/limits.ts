/**
 * Every limit of HAProxy's that many calls at once, long streams or dead pods run into: which are lifted, which are set, which are kept, and why. The
 * overlay, the chart, the containers and the local stage all get them from here. Defaults are those of HAProxy 2.8; its configuration manual has each
 * setting under its name: https://docs.haproxy.org/2.8/configuration.html
 */

/** Section `global`. */
export const GLOBAL = {
  // Set, from half of the file descriptors that the process may have: an engine that allows 1,000,000,000 makes HAProxy take memory for all.
  maxconn: 4_000,
  // Lifted, from 100: a client has one connection, so its 101st call would wait for another to end. The same for connections to pods, of which
  // HAProxy would open another for each hundred calls. HTTP/2 has no more stream IDs (RFC 9113).
  "tune.h2.max-concurrent-streams": 2_147_483_647,
  // Set, from never: told to end softly (SIGUSR1), HAProxy waits for calls under way for so long.
  "hard-stop-after": "10s",
} as const;

/** Section `defaults`: times. */
export const TIMEOUTS = {
  // Pods are near, and a call waits for this when one has vanished.
  "timeout connect": "1s",
  // Lifted: a stream may wait for its next message for as long as its client wants, and gRPC has deadlines for the rest. HAProxy measures the silence of
  // each stream, on both sides; `timeout tunnel` does not count for streams. It takes no more than 24 days.
  "timeout client": "24d",
  "timeout server": "24d",
} as const;

/**
 * Section `defaults`: with no limit to silence, TCP finds out that a client or a pod has gone without a word, within 80 s, and ends its streams. HAProxy 2.8
 * sends no pings of HTTP/2.
 */
export const KEEPALIVE = {
  "option clitcpka": "",
  "clitcpka-idle": "60s",
  "clitcpka-intvl": "5s",
  "clitcpka-cnt": 4,
  "option srvtcpka": "",
  "srvtcpka-idle": "60s",
  "srvtcpka-intvl": "5s",
  "srvtcpka-cnt": 4,
} as const;

/** HAProxy's retries. */
export const RETRY = {
  /** Kept: further attempts of a call for which no connection could be made. */
  most: 3,
  /** Kept: of those alone. */
  unsent: "conn-failure",
  /** What `--proxy-retries` asks for: a connection that ended before a response had begun, too. */
  unanswered: "conn-failure empty-response",
} as const;

/** Checks of pods: a connection. A pod that DNS names is ready, so one that answers is enough. */
export const CHECK = {
  /** From 2 s, and of as long a timeout. */
  interMs: 1_000,
  /** From 3: so many in a row fail until the pod gets no more calls. */
  fall: 2,
  /** From 2. */
  rise: 1,
} as const;

/**
 * Slots for pods' addresses. A pod beyond them gets no call and nothing says so, thus twice the 50 that the lab runs at most: in a rollout DNS may name
 * the old and the new. A slot that is not used costs 4 kB of memory.
 */
export const SLOTS = 100;
