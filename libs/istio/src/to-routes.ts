import type {
  HeaderMatch,
  MeshDestination,
  MeshMirror,
  MeshRoute,
  RetryPolicy,
  RouteMatch,
} from "@grpc-lb-lab/control-plane";
import { durationMs } from "./duration-ms.ts";
import { given } from "./given.ts";
import { toFaultInjection } from "./http-fault.ts";
import type { HttpRoute } from "./virtual-service.ts";

type HeaderMatches = NonNullable<HttpRoute["match"][number]["headers"]>;
type Destination = HttpRoute["route"][number]["destination"];

/** What the control plane is told of an item of a VirtualService's `http` for a Service. Its matches are alternatives, so each is a route of its own. */
export function toRoutes(http: HttpRoute, of: string): MeshRoute[] {
  const { name, match, route, timeout, retries, fault, headers } = http;
  const mirrors = mirrorsOf(http, of);
  const rest: MeshRoute = given({
    name,
    destinations: route.map(({ destination, weight, headers: own }) => ({
      ...toDestination(destination, of),
      // Istio gives a sole destination all calls, whatever its weight, and others that say none 0.
      weight: route.length === 1 ? 1 : (weight ?? 0),
      ...(own && { headers: own }),
    })),
    timeoutMs: durationMs(timeout),
    fault: fault && toFaultInjection(fault),
    retries: retries && toRetries(retries),
    headers,
    mirrors: mirrors.length > 0 ? mirrors : undefined,
  });
  return match.length === 0 ? [rest] : match.map((one) => ({ match: toMatch(one), ...rest }));
}

/** The Service of a host, whose namespace is the one that all are in. */
export function serviceOf(host: string): string {
  return host.split(".", 1)[0] ?? host;
}

function toDestination({ host, subset }: Destination, of: string): MeshDestination {
  const service = serviceOf(host);
  return given({ service: service === of ? undefined : service, subset });
}

function mirrorsOf({ mirror, mirrors = [], mirrorPercentage, mirrorPercent }: HttpRoute, of: string): MeshMirror[] {
  const percentage = mirrorPercentage?.value ?? mirrorPercent;
  const all = mirrors.map((one) => ({ destination: one.destination, percentage: one.percentage?.value }));
  return [...(mirror === undefined ? [] : [{ destination: mirror, percentage }]), ...all].map((one) => ({
    ...toDestination(one.destination, of),
    ...given({ percentage: one.percentage }),
  }));
}

function toRetries({ attempts, retryOn, perTryTimeout, backoff }: NonNullable<HttpRoute["retries"]>): RetryPolicy {
  return given({
    attempts,
    retryOn,
    perTryTimeoutMs: durationMs(perTryTimeout),
    backoffMs: durationMs(backoff),
  });
}

function toMatch({ uri, method, headers }: HttpRoute["match"][number]): RouteMatch {
  const byName = Object.entries(headers ?? {}).map(([header, one]) => [header, toHeaderMatch(one)] as const);
  return given({
    path: uri,
    httpMethod: method,
    headers: byName.length > 0 ? Object.fromEntries(byName) : undefined,
  });
}

/** Istio takes nothing, and the regex `*`, which is none, for "the header is there" (`canBeConvertedToPresentMatch` of its route.go). */
function toHeaderMatch(match: HeaderMatches[string]): HeaderMatch {
  if ("exact" in match || "prefix" in match) return match;
  return "regex" in match && match.regex !== "*" ? match : { present: true };
}
