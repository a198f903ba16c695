import { type Limit, limitsOf } from "./limit.ts";
import { SECURITY_LIMITS } from "./security-limits.ts";

const CLUSTERS = "https://github.com/istio/istio/blob/master/pilot/pkg/networking/grpcgen/cds.go";
const NOTHING = "accept this, and do nothing of it";

/** What proxyless gRPC accepts and does not do, or does otherwise, beside what `lab truth` has seen. */
export const IGNORED_BY_PROXYLESS: readonly Limit[] = [
  ...SECURITY_LIMITS,
  {
    mode: "proxyless",
    outcome: "ignored",
    effect: "are sent nothing of it: istiod patches what it sends to Envoy alone",
    remedy: "ask the application for it, or give the pods a sidecar",
    source: "istio/api#3001",
    policy: "local-rate-limit",
    places: ({ kind, spec }) => {
      const { configPatches = [] } = (spec ?? {}) as { configPatches?: readonly { match?: { context?: string } }[] };
      const first = configPatches.findIndex(({ match }) => match?.context !== "GATEWAY");
      return kind === "EnvoyFilter" && first >= 0 ? [["spec", "configPatches", first]] : [];
    },
  },
  limitsOf("VirtualService", ["spec.http[].rewrite"], {
    outcome: "ignored",
    effect: NOTHING,
    remedy: "call the method by its own name and authority",
    source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  }),
  limitsOf("HTTPRoute", ["spec.rules[].filters[].urlRewrite"], {
    outcome: "ignored",
    effect: NOTHING,
    remedy: "call the method by its own name and authority",
    source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  }),
  ...responseHeaders(),
  limitsOf(
    "DestinationRule",
    ["LEAST_CONN", "PASSTHROUGH"].map((value) => ({ path: "spec.trafficPolicy.loadBalancer.simple", value })),
    {
      outcome: "ignored",
      effect: "are not sent it by istiod, and take turns",
      remedy: "use ROUND_ROBIN, or consistentHash by httpHeaderName",
      fix: "simple: ROUND_ROBIN",
      source: CLUSTERS,
    },
  ),
  limitsOf(
    "DestinationRule",
    ["httpCookie", "httpQueryParameterName"].map((key) => `spec.trafficPolicy.loadBalancer.consistentHash.${key}`),
    {
      outcome: "differs",
      effect: "heed headers alone, and draw pods by lot",
      remedy: "hash by httpHeaderName, and have clients send the header",
      source: "https://github.com/grpc/proposal/blob/master/A42-xds-ring-hash-lb-policy.md",
    },
  ),
  limitsOf(
    "DestinationRule",
    ["SIMPLE", "MUTUAL"].map((value) => ({ path: "spec.trafficPolicy.tls.mode", value })),
    {
      outcome: "ignored",
      effect: "are not sent it by istiod, and call in plaintext",
      remedy: "use ISTIO_MUTUAL, or TLS of the application's own",
      source: CLUSTERS,
    },
  ),
  limitsOf(
    "DestinationRule",
    [
      "tcp.maxConnections",
      "http.maxRequestsPerConnection",
      "http.maxRetries",
      "http.maxConcurrentStreams",
      "http.idleTimeout",
    ].map((field) => `spec.trafficPolicy.connectionPool.${field}`),
    {
      outcome: "ignored",
      effect: "know one limit alone, http2MaxRequests, and do nothing of this",
      remedy: "limit the calls under way: connectionPool.http.http2MaxRequests",
      source: "https://github.com/grpc/proposal/blob/master/A32-xds-circuit-breaking.md",
    },
  ),
];

function responseHeaders(): Limit[] {
  const limit = {
    outcome: "ignored",
    effect: NOTHING,
    remedy: "have the server send the headers",
    source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  } as const;
  const filters = ["filters[]", "backendRefs[].filters[]"].map((at) => `spec.rules[].${at}.responseHeaderModifier`);
  return [
    limitsOf("VirtualService", ["spec.http[].headers.response", "spec.http[].route[].headers.response"], limit),
    ...["GRPCRoute", "HTTPRoute"].map((kind) => limitsOf(kind, filters, limit)),
  ];
}
