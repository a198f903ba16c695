import type { JsonObject } from "@grpc-lb-lab/stage-api";
import { all, between, none } from "../bounds.ts";
import { istio } from "../dialects/istio.ts";
import { endedWith } from "../ended-with.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";
import { OK, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

const RATE = 100;
const CALLS = 400;
/** The part of the limit that must be used, and the seconds' worth that may be answered beside: what is in store at first, and what a busy machine adds. */
const [USED, BESIDE_S] = [0.75, 2] as const;

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
  trial: () => ({ pods: 1, load: { rate: RATE, calls: CALLS }, roughSeconds: CALLS / RATE }),
  obeyed: (seen, { perSecond }) => [
    between(
      ANSWERED,
      endedWith(seen, OK),
      Math.floor(perSecond * spanS(seen) * USED),
      Math.ceil(perSecond * (spanS(seen) + BESIDE_S)),
      seen.records.length,
    ),
    all(
      { id: "refused", what: "others, which are refused" },
      endedWith(seen, RESOURCE_EXHAUSTED, UNAVAILABLE),
      seen.records.length - endedWith(seen, OK),
    ),
    all(
      { id: "unseen", what: "answered calls that pods have seen, and no others" },
      receivedCalls(seen),
      endedWith(seen, OK),
    ),
  ],
  ignored: (seen) => [
    none(
      { id: "unanswered", what: "calls that are not answered" },
      seen.records.length - endedWith(seen, OK),
      seen.records.length,
    ),
  ],
  // It lets fewer calls through, and changes no pick.
  onPath: (path) => path,
};

const ANSWERED = { id: "answered", what: "calls that are answered" };

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

/** How long calls were made, in seconds. */
function spanS({ records }: Evidence): number {
  return ((records.at(-1)?.startMs ?? 0) - (records[0]?.startMs ?? 0)) / 1000;
}
