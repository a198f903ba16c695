import { beganMs, endMs, ownMs } from "@grpc-lb-lab/measure";
import type { JsonObject } from "@grpc-lb-lab/stage-api";
import { type About, all, between } from "../bounds.ts";
import { istio } from "../dialects/istio.ts";
import { endedWith, noneUnanswered, unansweredCalls } from "../ended-with.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";
import { OK, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

/** How many times as many calls come as may be let through. */
const TIMES_MORE = 5;
const DURATION_S = 4;
/**
 * How many seconds' worth of calls may be let through at once: what the rules ask for as burst. It is also the longest that a limiter's count lags behind, where
 * it counts by the second.
 */
const BURST_S = 1;

/** `local-rate-limit`: no more than so many calls a second are let through; others are refused. */
export const localRateLimit: Policy<{ perSecond: number }> = {
  name: "local-rate-limit",
  title: "a limit of calls a second",
  parameters: { perSecond: 20 },
  source: "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter",
  asks: ({ perSecond }) => `no more than ${perSecond} calls a second are let through; others are refused`,
  dialects: ({ perSecond }) => ({
    // Each pod's sidecar counts for itself.
    Istio: istio({
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: "backend-rate" },
      spec: {
        workloadSelector: { labels: { app: "backend" } },
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: {
              context: "SIDECAR_INBOUND",
              listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
            },
            patch: { operation: "INSERT_BEFORE", value: tokenBucket(perSecond) },
          },
        ],
      },
    }),
    Envoy: { dialect: "Envoy", httpFilters: [tokenBucket(perSecond)] },
    // By a key that all calls share; one without a value, as the name of a server without one, is not counted.
    nginx: {
      dialect: "nginx",
      http: [`limit_req_zone $server_port zone=calls:1m rate=${perSecond}r/s;`],
      location: [`limit_req zone=calls burst=${perSecond} nodelay;`],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [
        "stick-table type integer size 1k expire 10s store gpc0,gpc0_rate(1s)",
        "http-request track-sc0 int(1)",
        `http-request deny deny_status 429 if { sc0_gpc0_rate ge ${perSecond} }`,
        // Counted once it is let through: refused calls take nothing.
        "http-request sc-inc-gpc0(0)",
      ],
    },
    Traefik: {
      dialect: "Traefik",
      middlewares: { rate: { rateLimit: { average: perSecond, burst: perSecond } } },
    },
  }),
  trial: ({ perSecond }) => ({
    pods: 1,
    load: { rate: TIMES_MORE * perSecond, calls: TIMES_MORE * perSecond * DURATION_S },
    roughSeconds: DURATION_S,
  }),
  obeyed: (seen, { perSecond }) => [
    between(
      ANSWERED,
      endedWith(seen, OK),
      Math.max(1, Math.floor(perSecond * (leastS(seen) - BURST_S))),
      Math.ceil(perSecond * (longestS(seen) + BURST_S)) + 1,
      seen.records.length,
    ),
    all(
      { id: "refused", what: "others, which are refused" },
      endedWith(seen, RESOURCE_EXHAUSTED, UNAVAILABLE),
      unansweredCalls(seen),
    ),
    all(
      { id: "unseen", what: "answered calls that pods have seen, and no others" },
      receivedCalls(seen),
      endedWith(seen, OK),
    ),
  ],
  ignored: (seen) => [noneUnanswered(seen)],
  // It lets fewer calls through, and changes no pick.
  onPath: (path) => path,
};

/**
 * What a token bucket lets through while five times as much comes: limit · t, which is filled up, and the burst, which is there at first, and one for the first
 * call, which nginx does not count. t is no longer than from the first call's beginning to the last one's end, so that more cannot be by chance.
 * There is less where the bucket is empty at first, or the limiter counts by the second and the first second or the last one is cut off: a burst in all. And
 * where no call comes for so long that the bucket is full; when calls are begun is known, and that they stay on
 * their way no longer than the slowest took. For less by chance a machine must stand still for longer than a burst's time, twice.
 */
const ANSWERED: About = {
  id: "answered",
  what: "calls that are answered",
  chance: `limit · t ± ${BURST_S} s of it, by chance less than once in 10⁵`,
};

/** Envoy's filter, which takes a token for each call. As it is deployed by default it refuses with 429, which is UNAVAILABLE to gRPC, and limits 0 % of the calls. */
function tokenBucket(perSecond: number): JsonObject {
  const always = { defaultValue: { numerator: 100, denominator: "HUNDRED" } };
  return {
    name: "envoy.filters.http.local_ratelimit",
    typedConfig: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
      statPrefix: "calls",
      tokenBucket: { maxTokens: perSecond, tokensPerFill: perSecond, fillInterval: "1s" },
      filterEnabled: { ...always, runtimeKey: "local_rate_limit_enabled" },
      filterEnforced: { ...always, runtimeKey: "local_rate_limit_enforced" },
      rateLimitedAsResourceExhausted: true,
    },
  };
}

/** For how long calls may have come to who limits them, in seconds. */
function longestS({ records }: Evidence): number {
  return Math.max(0, Math.max(...records.map(endMs)) - Math.min(...records.map(beganMs))) / 1_000;
}

/** For how long calls have come at least, in seconds: without the part of each pause that a bucket cannot keep, whether the client made it or somebody on the way. */
function leastS({ records }: Evidence): number {
  const begun = records.map(beganMs).toSorted((a, b) => a - b);
  const pausesMs = begun.slice(1).map((atMs, n) => Math.min(atMs - (begun[n] ?? atMs), BURST_S * 1_000));
  const hiddenMs = Math.max(0, Math.max(...records.map(ownMs)) - BURST_S * 1_000);
  return Math.max(0, pausesMs.reduce((sum, ms) => sum + ms, 0) - hiddenMs) / 1_000;
}
