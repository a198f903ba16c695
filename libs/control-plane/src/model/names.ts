import type { MeshService } from "./mesh-model.ts";

type Named = Pick<MeshService, "name" | "namespace">;
type NamedPort = Named & Pick<MeshService, "port">;

const DOMAIN = "svc.cluster.local";

/** The service's name in the cluster's DNS. */
export function serviceHost({ name, namespace }: Named): string {
  return `${name}.${namespace}.${DOMAIN}`;
}

/** The identity of a service account in Istio's default trust domain: https://istio.io/latest/docs/concepts/security/#istio-identity */
export function spiffeId(namespace: string, serviceAccount: string): string {
  return `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`;
}

/** Istio's name of a cluster: `outbound|50051|v1|backend.ns.svc.cluster.local`; without a subset, that part is empty. EDS has the same name, and RDS for gRPC. */
export function outboundName(service: NamedPort, subset = ""): string {
  return `outbound|${service.port}|${subset}|${serviceHost(service)}`;
}

/** Reads a name that {@link outboundName} made; undefined for any other. */
export function parseOutboundName(name: string): { port: number; subset: string; host: string } | undefined {
  const [direction, port, subset, host, ...rest] = name.split("|");
  if (direction !== "outbound" || subset === undefined || host === undefined || rest.length > 0) return undefined;
  return { port: Number(port), subset, host };
}

/** Istio's name of the cluster that leads to the application beside a sidecar. */
export function inboundName(port: number): string {
  return `inbound|${port}||`;
}

/** The start of the names under which xDS servers ask for their listener, as in Istio's `server_listener_resource_name_template`. */
export const INBOUND_LISTENER_PREFIX = "xds.istio.io/grpc/lds/inbound/";

/** The names below which a caller in `fromNamespace` knows the service, in istiod's order. The short one holds in its own namespace only. */
export function serviceNames(service: MeshService, fromNamespace: string): string[] {
  const { name, namespace, clusterIp } = service;
  const host = serviceHost(service);
  const partial =
    namespace === fromNamespace
      ? [name, `${name}.${namespace}.svc`, `${name}.${namespace}`]
      : [`${name}.${namespace}`, `${name}.${namespace}.svc`];
  return [host, `${host}.`, ...partial, clusterIp];
}

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
