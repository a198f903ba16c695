import { groupByEach } from "../group-by-each.ts";
import { type Labels, nameOf, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { oncePer } from "../once-per.ts";
import { serviceName } from "../service-host.ts";
import { calledTargets } from "./called-targets.ts";
import { gatewaysOf, ROUTE_KINDS, type RouteSpec } from "./gateways.ts";

/** Who calls a host, and how, as the manifests show it. */
export interface Caller {
  readonly mode: string;
  readonly who: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** All names that the host may have in rules. */
  readonly hosts: readonly string[];
  /** Undefined where it is not said. */
  readonly port: number | undefined;
}

/** Everybody who calls somebody: clients without a proxy, clients with a sidecar, and Gateways, which call what their routes lead to. */
export const callers = oncePer((set: ManifestSet): readonly Caller[] => [...clients(set), ...gateways(set)]);

/** The same by each name that a host may have in rules. */
export const callersByHost = oncePer((set: ManifestSet) => groupByEach(callers(set), ({ hosts }) => hosts));

function clients({ workloads }: ManifestSet): Caller[] {
  return workloads.flatMap((workload) => {
    const { manifest, labels, mesh } = workload;
    const place = { name: nameOf(manifest), namespace: namespaceOf(manifest), labels };
    return calledTargets(workload).flatMap(({ byXds, names: hosts, port }) => {
      if (byXds && mesh === "grpc-agent") {
        return [{ mode: "proxyless", who: "clients without a proxy", ...place, hosts, port }];
      }
      return !byXds && mesh === "sidecar" ? [{ mode: "sidecar", who: "sidecars", ...place, hosts, port }] : [];
    });
  });
}

function gateways(set: ManifestSet): Caller[] {
  const routes = set.all.filter(({ kind }) => ROUTE_KINDS.includes(kind));
  return routes.flatMap((route) => {
    const backends = ((route.spec ?? {}) as RouteSpec).rules?.flatMap(({ backendRefs = [] }) => backendRefs) ?? [];
    const services = backends.filter(({ kind = "Service" }) => kind === "Service");
    return gatewaysOf(route, set).flatMap(({ manifest, mode, className }) =>
      services.map(({ name, namespace = namespaceOf(route), port }) => ({
        mode,
        who: `gateways of the class ${className}`,
        name: nameOf(manifest),
        namespace: namespaceOf(manifest),
        // What the pods are given: https://gateway-api.sigs.k8s.io/geps/gep-1762/
        labels: { "gateway.networking.k8s.io/gateway-name": manifest.metadata.name },
        hosts: [serviceName(name, namespace)],
        port,
      })),
    );
  });
}
