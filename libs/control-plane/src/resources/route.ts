import { duration, type JsonObject } from "../json.ts";
import type { MeshRoute, MeshService, RetryPolicy, RouteMatch, StringMatch } from "../model/mesh-model.ts";
import { outboundName, serviceHost } from "../model/names.ts";
import type { MeshProxy } from "../model/proxy.ts";

/** What Istio retries by default, and how often: https://istio.io/latest/docs/concepts/traffic-management/#retries */
const DEFAULT_RETRIES = {
  attempts: 2,
  retryOn: "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
};

/** The routes of a service's virtual host: its own in order, then, unless one of them takes every call, one for those that none of them matched. */
export function routesOf(service: MeshService, kind: MeshProxy["kind"]): JsonObject[] {
  const wholeService: MeshRoute = { name: "default", destinations: [{}] };
  const { routes = [] } = service;
  return (routes.some(matchesAll) ? routes : [...routes, wholeService]).map((route) => ({
    name: route.name,
    match: matchOf(route.match),
    route: { ...clustersOf(service, route), ...timeoutOf(service, route, kind), ...retriesOf(service, route) },
    decorator: { operation: `${serviceHost(service)}:${service.port}/*` },
  }));
}

function matchesAll({ match: { path, headers = {} } = {} }: MeshRoute): boolean {
  return path === undefined && Object.keys(headers).length === 0;
}

function matchOf({ path, headers = {} }: RouteMatch = {}): JsonObject {
  const headerMatchers = Object.entries(headers).map(([name, match]) => ({ name, stringMatch: stringMatchOf(match) }));
  return {
    ...(path === undefined ? { prefix: "/" } : { ...pathMatchOf(path), caseSensitive: true }),
    headers: headerMatchers.length > 0 ? headerMatchers : undefined,
  };
}

function pathMatchOf(match: StringMatch): JsonObject {
  if ("exact" in match) return { path: match.exact };
  return "prefix" in match ? { prefix: match.prefix } : { safeRegex: { regex: match.regex } };
}

function stringMatchOf(match: StringMatch): JsonObject {
  return "regex" in match ? { safeRegex: { regex: match.regex } } : { ...match };
}

function clustersOf(service: MeshService, { destinations }: MeshRoute): JsonObject {
  const [only, ...others] = destinations;
  if (others.length === 0) return { cluster: outboundName(service, only?.subset) };
  // As istiod, which leaves out what gets no calls: a client would hold connections to it.
  const weighted = destinations.filter(({ weight }) => weight !== 0);
  const clusters = weighted.map(({ subset, weight = 1 }) => ({ name: outboundName(service, subset), weight }));
  return { weightedClusters: { clusters } };
}

function timeoutOf(service: MeshService, route: MeshRoute, kind: MeshProxy["kind"]): JsonObject {
  const timeoutMs = route.timeoutMs ?? service.timeoutMs;
  const timeout = duration(timeoutMs ?? 0);
  // gRPC reads max_stream_duration only (gRFC A31).
  if (timeoutMs !== undefined && kind === "proxyless")
    return { timeout, maxStreamDuration: { maxStreamDuration: timeout } };
  return { timeout, maxGrpcTimeout: timeout };
}

function retriesOf(service: MeshService, route: MeshRoute): JsonObject {
  const { attempts, retryOn = DEFAULT_RETRIES.retryOn }: RetryPolicy =
    route.retries ?? service.retries ?? DEFAULT_RETRIES;
  if (attempts === 0) return {};
  const previousHosts = "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
  return {
    retryPolicy: {
      retryOn,
      numRetries: attempts,
      retryHostPredicate: [
        { name: "envoy.retry_host_predicates.previous_hosts", typedConfig: { "@type": previousHosts } },
      ],
      hostSelectionRetryMaxAttempts: "5",
    },
  };
}
