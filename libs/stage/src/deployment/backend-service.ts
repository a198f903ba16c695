import type { MeshService, Nack } from "@grpc-lb-lab/control-plane";
import type { EndpointSpec, ServiceSpec } from "@grpc-lb-lab/kube-api";
import type { ForwardTarget } from "./connection-forwarder.ts";
import type { Endpoint } from "./endpoint-registry.ts";

/** The region of all zones. */
export const REGION = "lab";

/** The Service `backend` as the parts of a cluster know it. */
export interface BackendService {
  readonly namespace: string;
  /** The pods' gRPC port, and the Service's. */
  readonly port: number;
  readonly clusterIp: string;
  /** Retries that a proxy or the control plane adds; undefined: Istio's own default. */
  readonly proxyRetries: number | undefined;
}

/** Where kube-proxy sends connections: in the order of the pods' names, for they become ready in any order and a seed must repeat its picks. */
export function forwardTargets(endpoints: readonly Endpoint[], port: number): ForwardTarget[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.toSorted((a, b) => a.pod.localeCompare(b.pod)).map(({ address }) => ({ host: address, port }));
}

/** The Service as the EndpointSlice controller knows it. */
export function sliceService({ namespace, port }: Pick<BackendService, "namespace" | "port">): ServiceSpec {
  return { name: "backend", namespace, ports: [{ name: "grpc", port, appProtocol: "grpc" }] };
}

/** An endpoint as its EndpointSlice has it. */
export function sliceEndpoint({ pod, address, zone, node, ready, serving, terminating }: Endpoint): EndpointSpec {
  return { address, ready, serving, terminating, zone, nodeName: node, podName: pod };
}

/** The Service with its ready pods, as istiod knows it. */
export function meshService(service: BackendService, endpoints: readonly Endpoint[]): MeshService {
  const { namespace, port, clusterIp, proxyRetries } = service;
  return {
    name: "backend",
    namespace,
    port,
    clusterIp,
    endpoints: endpoints.filter(({ ready }) => ready).map((endpoint) => meshEndpoint(endpoint, port)),
    ...(proxyRetries === undefined ? {} : { retries: { attempts: proxyRetries } }),
  };
}

function meshEndpoint({ address, zone, version }: Endpoint, port: number) {
  return { address, port, region: REGION, zone, labels: { app: "backend", version } };
}

/** What was rejected, in words; without the version, for the same rejection of the next push is no new problem. */
export function nackProblem({ nodeId, type, reason }: Nack): string {
  return `${nodeId} rejected what the control plane sent it by ${type} (NACK) and goes on with what it had: ${reason}`;
}
