import { type Manifest, nameOf, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { serviceName } from "../service-host.ts";
import { callersByHost } from "./callers.ts";
import { gatewaysOf, type RouteSpec } from "./gateways.ts";
import type { Reader } from "./reader.ts";

/** Who acts on a GRPCRoute or HTTPRoute: its Gateways, and the callers of its Services (GAMMA). */
export function routeReaders(route: Manifest, set: ManifestSet): Reader[] {
  const gateways = gatewaysOf(route, set).map(({ manifest, mode, className }) => ({
    mode,
    who: `gateways of the class ${className}`,
    name: nameOf(manifest),
    reads: () => true,
  }));
  return [...gateways, ...clientsOf(route, set)];
}

function clientsOf(route: Manifest, set: ManifestSet): Reader[] {
  const { parentRefs = [] } = (route.spec ?? {}) as RouteSpec;
  return parentRefs
    .filter(({ kind }) => kind === "Service")
    .flatMap(({ name, namespace = namespaceOf(route), port }) => {
      const host = serviceName(name, namespace);
      // A route that is not of the Service's namespace is for the clients of its own: https://gateway-api.sigs.k8s.io/geps/gep-1426/
      const isForAll = namespace === namespaceOf(route);
      return (callersByHost(set).get(host) ?? [])
        .filter(({ mode }) => mode === "proxyless" || mode === "sidecar")
        .filter(
          (caller) =>
            (isForAll || caller.namespace === namespaceOf(route)) &&
            (port === undefined || caller.port === undefined || port === caller.port),
        )
        .map((caller) => ({ mode: caller.mode, who: caller.who, name: caller.name, reads: () => true }));
    });
}
