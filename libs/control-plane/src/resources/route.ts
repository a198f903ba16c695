import { duration, type Json, type JsonObject, listed } from "../json.ts";
import type { MeshService } from "../model/mesh-model.ts";
import type { HeaderChanges, MeshDestination, MeshRoute } from "../model/mesh-route.ts";
import { outboundName, serviceHost } from "../model/names.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { policyOf } from "../model/traffic-policy.ts";
import { httpFault } from "./fault.ts";
import { fractionOf } from "./fraction.ts";
import { hashPolicy } from "./hash-policy.ts";
import { headerOptions } from "./header-options.ts";
import { FAULT } from "./http-connection-manager.ts";
import { retryPolicy } from "./retry-policy.ts";
import { routeMatch } from "./route-match.ts";

/** Where a service without routes of its own has its calls led. */
const WHOLE_SERVICE: MeshRoute = { name: "default", destinations: [{}] };

/** The routes of a service's virtual host: its own in order, as istiod's `BuildHTTPRoutesForVirtualService` makes them, or one that takes every call. */
export function routesOf(service: MeshService, kind: MeshProxy["kind"]): JsonObject[] {
  const { routes = [] } = service;
  return (routes.length > 0 ? routes : [WHOLE_SERVICE]).map((route) => routeOf(service, route, kind));
}

function routeOf(service: MeshService, route: MeshRoute, kind: MeshProxy["kind"]): JsonObject {
  const hashes = hashPolicies(service, route);
  return {
    name: route.name,
    match: routeMatch(route.match),
    route: {
      ...clustersOf(service, route),
      ...timeoutOf(service, route, kind),
      hashPolicy: listed(hashes),
      retryPolicy: retryPolicy(route.retries ?? service.retries, { keepsHost: hashes.length > 0 }),
      requestMirrorPolicies: mirrorsOf(service, route),
    },
    ...headerOptions(headersOf(route)),
    decorator: { operation: `${serviceHost(service)}:${service.port}/*` },
    typedPerFilterConfig: route.fault && { [FAULT.name]: httpFault(route.fault) },
  };
}

function clustersOf(service: MeshService, { destinations }: MeshRoute): JsonObject {
  const [only, ...others] = destinations;
  if (others.length === 0) return { cluster: clusterOf(service, only) };
  // As istiod, which leaves out what gets no calls: a client would hold connections to it.
  const weighted = destinations.filter(({ weight }) => weight !== 0);
  const clusters = weighted.map((to) => ({
    name: clusterOf(service, to),
    weight: to.weight ?? 1,
    ...headerOptions([to.headers]),
  }));
  return { weightedClusters: { clusters } };
}

function clusterOf(from: MeshService, { service = from.name, subset }: MeshDestination = {}): string {
  return outboundName({ ...from, name: service }, subset);
}

/** istiod leaves out a mirror that gets nothing. */
function mirrorsOf(service: MeshService, { mirrors = [] }: MeshRoute): Json | undefined {
  const policies = mirrors
    .filter(({ percentage }) => percentage !== 0)
    .map((mirror) => ({
      cluster: clusterOf(service, mirror),
      runtimeFraction: { defaultValue: fractionOf(mirror.percentage ?? 100) },
      traceSampled: false,
    }));
  return listed(policies);
}

/** By what the service's own clusters are to tell calls apart; each of them says it for the whole route. */
function hashPolicies(service: MeshService, { destinations }: MeshRoute): Json[] {
  const own = destinations.filter(({ service: other }) => other === undefined);
  return own.flatMap(({ subset: name }) => {
    const subset = service.subsets?.find((one) => one.name === name);
    const { consistentHash } = policyOf(service, subset);
    return consistentHash === undefined ? [] : [hashPolicy(consistentHash.key)];
  });
}

/** A sole destination has no place of its own for them. */
function headersOf({ headers, destinations }: MeshRoute): (HeaderChanges | undefined)[] {
  return destinations.length === 1 ? [headers, destinations[0]?.headers] : [headers];
}

function timeoutOf(service: MeshService, route: MeshRoute, kind: MeshProxy["kind"]): JsonObject {
  const timeoutMs = route.timeoutMs ?? service.timeoutMs;
  const timeout = duration(timeoutMs ?? 0);
  // gRPC reads max_stream_duration only (gRFC A31).
  if (timeoutMs !== undefined && kind === "proxyless")
    return { timeout, maxStreamDuration: { maxStreamDuration: timeout } };
  return { timeout, maxGrpcTimeout: timeout };
}
