import type { Manifest } from "../manifest.ts";
import type { VirtualServiceSpec } from "../rules/virtual-service.ts";
import { type Limit, limitsOf } from "./limit.ts";

const ROUTES = "refuse all routes of the host, and their calls wait for their deadline";
const LEAVE = "leave it to rules for other hosts";
/** gRFC A6: `maxAttempts` above 5 counts as 5. Istio's `attempts` are retries, beside the first. */
const MOST_RETRIES = 4;

/** What gRPC's xDS clients refuse, or cut short, beside what `lab truth` has seen: with one field all calls of the host fail. */
export const REFUSED_BY_PROXYLESS: readonly Limit[] = [
  limitsOf("VirtualService", ["spec.http[].corsPolicy"], {
    outcome: "refused",
    // istiod sends it as the configuration of a filter that gRPC does not know.
    effect: ROUTES,
    remedy: LEAVE,
    source: "https://github.com/grpc/proposal/blob/master/A39-xds-http-filters.md",
  }),
  limitsOf("VirtualService", ["spec.http[].redirect", "spec.http[].directResponse"], {
    outcome: "refused",
    effect: ROUTES,
    remedy: LEAVE,
    source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  }),
  limitsOf("HTTPRoute", ["spec.rules[].filters[].requestRedirect"], {
    outcome: "refused",
    effect: ROUTES,
    remedy: LEAVE,
    source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  }),
  {
    mode: "proxyless",
    outcome: "refused",
    effect: `${ROUTES}: the abort has no percentage`,
    remedy: "add percentage",
    source: "https://github.com/grpc/proposal/blob/master/A33-Fault-Injection.md",
    places: (manifest) =>
      routesOf(manifest).flatMap(({ fault: { abort } = {} }, index) =>
        abort === undefined || abort.percentage !== undefined || abort.percent !== undefined
          ? []
          : [["spec", "http", index, "fault", "abort"]],
      ),
  },
  {
    mode: "proxyless",
    outcome: "differs",
    effect: "make 5 attempts at most, the first among them",
    remedy: `ask for ${MOST_RETRIES} retries at most`,
    fix: `attempts: ${MOST_RETRIES}`,
    source: "https://github.com/grpc/proposal/blob/master/A6-client-retries.md#maximum-number-of-retries",
    places: (manifest) =>
      routesOf(manifest).flatMap(({ retries: { attempts = 0 } = {} }, index) =>
        attempts > MOST_RETRIES ? [["spec", "http", index, "retries", "attempts"]] : [],
      ),
  },
  limitsOf("DestinationRule", ["spec.trafficPolicy.loadBalancer.consistentHash.maglev"], {
    outcome: "refused",
    effect: "refuse the cluster, and all its calls fail UNAVAILABLE",
    remedy: "hash by a ring: ringHash in place of maglev",
    fix: "ringHash: {}",
    source: "https://github.com/grpc/proposal/blob/master/A42-xds-ring-hash-lb-policy.md",
  }),
];

function routesOf({ kind, spec }: Manifest): NonNullable<VirtualServiceSpec["http"]> {
  return kind === "VirtualService" ? ((spec as VirtualServiceSpec).http ?? []) : [];
}
