import type { TimingOverrides } from "./timings.ts";

/** A time within which something must have happened. */
export interface TimeWindow {
  readonly ms: number;
  /** What it is the sum of, in words: `DNS refresh + DNS TTL + 1 s`. */
  readonly sum: string;
}

/**
 * How a hop chooses among the addresses that it knows.
 * - `first`: gRPC's pick_first, or an address that is the only one.
 * - `rotation`: gRPC's and Envoy's round robin; nginx's and HAProxy's default.
 * - `random`: kube-proxy's iptables rules; Envoy's RANDOM.
 * - `least request`: the one with the least under way of so many that are drawn (gRFC A48; Envoy's LEAST_REQUEST), or of all (Infinity; HAProxy's leastconn).
 * - `peak ewma`: of so many that are drawn, all different, the one where the next call costs least: its latency, as a moving average that follows peaks at
 *   once, for each call under way there (Finagle, Linkerd; libs/lb-policies).
 * - `hash`: the same for every call of one key: the value of a header, or the client's address (gRFC A42; Envoy's RING_HASH; nginx's `hash`).
 */
export type PickRule = {
  /** Who keeps the state of the picks: each channel, each worker of a proxy, or the whole proxy (Envoy: workers; nginx with `zone`: the proxy). */
  readonly scope: "channel" | "worker" | "proxy";
  /** How many workers, where each picks for itself (Envoy's --concurrency, nginx's worker_processes); default 1. */
  readonly workers?: number;
  /** A locality is drawn first, by its weight, and the pick is made inside (gRFC A42's xds_wrr_locality; Envoy's locality_weighted_lb). */
  readonly localitiesByWeight?: boolean;
} & (
  | { readonly kind: "first" | "rotation" | "random" }
  | { readonly kind: "least request"; readonly choices: number; readonly withReplacement: boolean }
  | { readonly kind: "peak ewma"; readonly choices: number }
  | { readonly kind: "hash"; readonly key: "header" | "address" }
);

/** How a hop learns of the addresses it picks from. */
export interface Learn {
  /**
   * - `nothing`: one address for ever (a ClusterIP; nginx that resolved at its start).
   * - `aged DNS`: asked again when a connection drops, as gRPC does.
   * - `polled DNS`: asked again and again (Envoy's STRICT_DNS, nginx's `resolve`, HAProxy's resolvers).
   * - `pushed`: told (EndpointSlice watches, xDS, kube-proxy).
   */
  readonly by: "nothing" | "aged DNS" | "polled DNS" | "pushed";
  /** How long after its readiness a new pod may wait for its first pick; undefined: for ever, while connections live. */
  readonly newPod: TimeWindow | undefined;
  /** How much later than a push, in ms, the hop knows that a pod has gone; for `aged DNS` counted from the drop of a connection. */
  readonly staleMs: number;
}

/**
 * What makes a hop stop picking a pod.
 * - `disconnect`: the end of its connection (gRPC picks among READY subchannels).
 * - `keepalive`: a ping that is not answered.
 * - `active check`: a health check of its own (HAProxy's `check`, Envoy's health_checks).
 * - `passive ejection`: failures of calls (outlier detection; nginx's max_fails).
 * - `withdrawal`: it hears that the pod has gone, by the way it learns.
 * - `nothing`.
 */
export interface Notice {
  readonly by: "disconnect" | "keepalive" | "active check" | "passive ejection" | "withdrawal" | "nothing";
  /** How long that takes by itself; undefined where it depends on how the hop learns. */
  readonly window?: TimeWindow;
  /**
   * How long a call must go without a sign of the pod until that counts as a failure; undefined: nothing has to (a ping of the hop's own). A client whose
   * deadline is shorter takes its calls back before, so that nobody notices.
   */
  readonly patienceMs?: number;
  /** Of a passive ejection, as far as it is known. */
  readonly ejection?: Ejection;
  /** How long it takes at least, in ms, so that calls must have met the pod until then; default 0. Of a withdrawal the way it learns tells. */
  readonly soonestMs?: number;
}

/** How a hop leaves a pod out that fails. */
export interface Ejection {
  /** For how long, the first time, in ms; then the pod is tried again. */
  readonly ms: number;
  /** The calls per second that a pod must get, of each that counts by itself (a channel, a worker), so that enough of them fail in time. */
  readonly callsPerSecond: number;
  /** The fewest pods of which one is left out. */
  readonly pods: number;
}

/** The languages in which traffic rules can be asked of a hop. */
export type Dialect = "gRPC service config" | "Istio" | "GRPCRoute" | "Envoy" | "nginx" | "HAProxy" | "Traefik";

/** What a hop tries again by itself. */
export interface Retry {
  /** Which failures: none, calls that certainly were not processed (gRFC A6's transparent retries), or by status code. */
  readonly of: "nothing" | "unsent" | "by code";
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Whether further attempts are made before the one before has failed (gRFC A6's hedging; Envoy's hedge_policy). */
  readonly hedged: boolean;
  /**
   * How often an attempt after the first draws a host, to find one that has not failed the call yet; 1: it does not look for another (Envoy:
   * host_selection_retry_max_attempts); Infinity: it leaves out the one that has just failed (HAProxy's `option redispatch`).
   */
  readonly draws: number;
  /**
   * What becomes of a call that finds no connection to its host, so that nothing of it was sent: it goes to the next host until one is found (nginx's
   * grpc_next_upstream, HAProxy's `option redispatch`), which is no attempt of its own. Default: it has failed.
   */
  readonly unconnected?: "next host";
  /** Nobody can ask it for other retries (`--proxy-retries`). Default false: whoever knows one of its dialects can. */
  readonly isFixed?: boolean;
  /**
   * Whether a call is lost all the same that was sent, and whose connection ended without a response: Envoy repeats it where `reset` is asked for, which
   * Istio does not by default. Default false: gRPC ends such a call UNAVAILABLE.
   */
  readonly losesResets?: boolean;
  /** Whether a status of gRPC's in a response is no failure to it, because HTTP's is 200 (HAProxy's `retry-on`), or because it is not asked to heed it (Envoy without `unavailable` in `retry_on`). Default false. */
  readonly losesStatuses?: boolean;
  /** What else keeps it from trying again, so that retries do not multiply a load that pods cannot carry. Default: nothing. */
  readonly limit?: RetryLimit;
}

/**
 * - `tokens`: each channel has a store of at most so many; a failure takes one, an answer brings a part of one back, and nothing is tried again unless more than
 *   half are there (gRFC A6's retryThrottling).
 * - `calls under way`: no more of them than a part may be retries at a time, but for the least that always may (Envoy's retry_budget).
 */
export type RetryLimit =
  | { readonly by: "tokens"; readonly most: number; readonly perAnswer: number }
  | { readonly by: "calls under way"; readonly part: number; readonly least: number };

/** What a hop does with connections to the next. */
export interface Connection {
  /** Whether calls share one (HTTP/2), or each needs its own (nginx's grpc_pass). */
  readonly multiplexes: boolean;
  /** Of one that does not multiplex: how many connections without a call each worker keeps for later calls (nginx's `keepalive`); default none. */
  readonly idleAtMost?: number;
  /** The most calls at once on one (Envoy's max_concurrent_streams, HAProxy's tune.h2.max-concurrent-streams); undefined: as many as the other side allows. */
  readonly streamsAtMost?: number;
  /** The longest that a stream may stay silent, in ms (Envoy's stream_idle_timeout, nginx's grpc_read_timeout); undefined: for ever. */
  readonly silenceAtMostMs?: number;
}

/**
 * How many calls a hop has under way at most, to all pods together or to each of them; others it refuses at once (a circuit breaker: gRFC A32, Envoy's
 * max_requests, nginx's max_conns, HAProxy's maxconn). All of a hop's workers, and all clients of its process, share the number.
 */
export interface RequestLimit {
  readonly calls: number;
  readonly of: "all pods" | "each pod";
}

/** What of a proxy can be set for a run. */
export interface Adjustable {
  /** Other ways to configure it than the mode's, by name (`--variant`); what differs is in the hop that comes of it. */
  readonly variants?: readonly string[];
  /** Whether the number of workers can be set (`--proxy-workers`). */
  readonly workers?: boolean;
}

/** One thing that a call passes between the application that makes it and the one that answers: a channel, kube-proxy, a proxy. */
export interface Hop {
  /** What it is, in words: `the client's channel`. */
  readonly name: string;
  /** Where it runs: in or beside the client, between, or beside the pod that answers. */
  readonly at: "client" | "between" | "pod";
  /** What it chooses an address for. One that chooses for connections forwards their packets, and ends none. */
  readonly unit: "connection" | "call";
  readonly pick: PickRule;
  readonly learn: Learn;
  /** What makes it stop picking a pod whose process has ended, one that answers no packet any more, one that answers with errors. */
  readonly notice: { readonly crash: Notice; readonly silence: Notice; readonly badStatus: Notice };
  readonly retry: Retry;
  readonly connection: Connection;
  /** Default: it refuses none. */
  readonly requestsAtMost?: RequestLimit;
  /** Empty: no rule can be asked of it. */
  readonly dialects: readonly Dialect[];
  /** Whether a mesh encrypts what it sends and authenticates both sides (Istio, Linkerd, Consul). */
  readonly meshEncrypts: boolean;
  /** Default: nothing. */
  readonly adjustable?: Adjustable;
}

/** What a call passes, in the order in which it passes. */
export type Path = readonly Hop[];

/** What a path depends on. Times in ms; 0 is off. */
export interface PathSettings {
  /** The delays in force; one that is missing does not exist. */
  readonly timings: TimingOverrides;
  /** The longest that a push takes to reach everyone. */
  readonly pushMs: number;
  /** How old servers let connections become (`MAX_CONNECTION_AGE_MS`). */
  readonly maxAgeMs: number;
  /** The shortest time between two resolutions by gRPC (`BACKEND_DNS_MIN_INTERVAL_MS`). */
  readonly dnsMinIntervalMs: number;
  /** How often the client pings its connections (`BACKEND_KEEPALIVE_MS`). */
  readonly keepaliveMs: number;
  /**
   * The policy that the client is made to use (`BACKEND_LB_POLICY`); undefined: as the mode has it. One that balances in another way by design changes the
   * path; one that balances less (`pick_first`) breaks the mode on purpose, and leaves the path as it is.
   */
  readonly policy?: string | undefined;
  /** The client's own retries (`BACKEND_RETRY`): `off`, attempts in all, or `hedge:<attempts>`. */
  readonly retry: string;
  /** Attempts that proxies or the control plane add; undefined: as the mode has it. */
  readonly proxyRetries: number | undefined;
  /** One of the hop's variants; undefined: as the mode has it. */
  readonly proxyVariant?: string | undefined;
  /** How many workers of a proxy pick for themselves. */
  readonly proxyWorkers: number;
}
