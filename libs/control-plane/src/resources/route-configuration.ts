import type { JsonObject } from "../json.ts";
import type { MeshService } from "../model/mesh-model.ts";
import { hostPort, outboundName, serviceHost, serviceNames } from "../model/names.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { routesOf } from "./route.ts";

/** `RouteConfiguration` of one service for a gRPC client; named like the service's cluster. */
export function proxylessRoutes(service: MeshService, proxy: MeshProxy): JsonObject {
  const domains = serviceNames(service, proxy.namespace).flatMap((name) => [name, hostPort(name, service.port)]);
  return { name: outboundName(service), virtualHosts: [virtualHost(service, proxy.kind, domains)] };
}

/** `RouteConfiguration` of all services of a port for a sidecar, named by the port; the call's host says which service. */
export function sidecarRoutes(services: readonly MeshService[], port: number, proxy: MeshProxy): JsonObject {
  return {
    name: String(port),
    virtualHosts: services.map((service) => virtualHost(service, proxy.kind, serviceNames(service, proxy.namespace))),
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 1_048_576,
    ignorePortInHostMatching: true,
  };
}

function virtualHost(service: MeshService, kind: MeshProxy["kind"], domains: string[]): JsonObject {
  const name = `${serviceHost(service)}:${service.port}`;
  return { name, domains, routes: routesOf(service, kind), includeRequestAttemptCount: true };
}
