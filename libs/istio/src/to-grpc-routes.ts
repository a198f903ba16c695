import type {
  HeaderChange,
  HeaderChanges,
  MeshMirror,
  MeshRoute,
  RouteMatch,
  StringMatch,
} from "@grpc-lb-lab/control-plane";
import { given } from "./given.ts";
import type { GrpcRoute, GrpcRouteRule } from "./grpc-route.ts";

type GrpcMatch = GrpcRouteRule["matches"][number];
type Filter = GrpcRouteRule["filters"][number];
type Mirror = Extract<Filter, { type: "RequestMirror" }>;
type HeaderModifier = Extract<Filter, { type: "RequestHeaderModifier" }>["requestHeaderModifier"];

/**
 * What istiod makes of the rules of a GRPCRoute that is attached to a Service: those of a VirtualService, in its `convertGRPCRoute`. Matches are
 * alternatives, so each is a route of its own.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/config/kube/gateway/conversion.go
 */
export function toGrpcRoutes({ spec }: GrpcRoute): MeshRoute[] {
  return spec.rules.flatMap(({ name, matches, backendRefs, filters }) => {
    const mirrors = filters.flatMap((filter) => (filter.type === "RequestMirror" ? [toMirror(filter)] : []));
    const route: MeshRoute = given({
      name,
      destinations: backendRefs.map(({ name: service, weight, filters: own }) => ({
        service,
        weight,
        ...toHeaders(own),
      })),
      ...toHeaders(filters),
      mirrors: mirrors.length > 0 ? mirrors : undefined,
    });
    return matches.length === 0 ? [route] : matches.map((match) => ({ match: toMatch(match), ...route }));
  });
}

/** Of filters of one type the last counts, as in istiod. */
function toHeaders(filters: GrpcRouteRule["filters"]): Pick<MeshRoute, "headers"> {
  let headers: HeaderChanges = {};
  for (const filter of filters) {
    if (filter.type === "RequestHeaderModifier")
      headers = { ...headers, request: toChange(filter.requestHeaderModifier) };
    if (filter.type === "ResponseHeaderModifier")
      headers = { ...headers, response: toChange(filter.responseHeaderModifier) };
  }
  return Object.keys(headers).length > 0 ? { headers } : {};
}

function toChange({ set, add, remove }: HeaderModifier): HeaderChange {
  const byName = (headers: HeaderModifier["set"]) =>
    Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return { set: byName(set), add: byName(add), remove };
}

function toMirror({ requestMirror }: Mirror): MeshMirror {
  const { backendRef, percent, fraction } = requestMirror;
  const percentage = fraction === undefined ? percent : (100 * fraction.numerator) / fraction.denominator;
  return given({ service: backendRef.name, percentage });
}

function toMatch({ method, headers }: GrpcMatch): RouteMatch {
  const byName = headers.map(({ name, type, value }): [string, StringMatch] => [
    name.toLowerCase(),
    type === "Exact" ? { exact: value } : { regex: value },
  ]);
  return {
    ...(method === undefined ? {} : { path: toPath(method) }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(byName) }),
  };
}

/** `/<service>/<method>`; what is left out matches any. */
function toPath({ type, service, method }: NonNullable<GrpcMatch["method"]>): StringMatch {
  if (service === undefined) return { regex: `/[^/]+/${method}` };
  if (type === "Exact") return method === undefined ? { prefix: `/${service}/` } : { exact: `/${service}/${method}` };
  return { regex: method === undefined ? `/${service}/.+` : `/${service}/${method}` };
}
