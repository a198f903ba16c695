import { type Nack, nackedBy } from "@grpc-lb-lab/control-plane";
import type { EndpointSpec, ServiceSpec } from "@grpc-lb-lab/kube-api";
import type { Refusal } from "@grpc-lb-lab/stage-api";
import type { ForwardTarget } from "./connection-forwarder.ts";
import type { Endpoint } from "./endpoint-registry.ts";

/** The region of all zones. */
export const REGION = "lab";

/** The zone of clients where a stage itself puts them. */
export const CLIENT_ZONE = "lab-a";

/** Where kube-proxy sends connections: in the order of the pods' names, for they become ready in any order and a seed must repeat its picks. */
export function forwardTargets(endpoints: readonly Endpoint[], port: number): ForwardTarget[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.toSorted((a, b) => a.pod.localeCompare(b.pod)).map(({ address }) => ({ host: address, port }));
}

/** The Service `backend` as the EndpointSlice controller knows it. */
export function sliceService({ namespace, port }: { readonly namespace: string; readonly port: number }): ServiceSpec {
  return { name: "backend", namespace, ports: [{ name: "grpc", port, appProtocol: "grpc" }] };
}

/** An endpoint as its EndpointSlice has it. */
export function sliceEndpoint({ pod, address, zone, node, ready, serving, terminating }: Endpoint): EndpointSpec {
  return { address, ready, serving, terminating, zone, nodeName: node, podName: pod };
}

/** What was rejected, in words; without the version, for the same rejection of the next push is no new problem. */
export function nackProblem({ nodeId, type, reason }: Nack): string {
  return `${nodeId} rejected the control plane's ${type} (NACK) and keeps its previous one: ${reason}`;
}

/** The same where rules were asked for, which it then does not take. */
export function nackRefusal(nack: Nack): Refusal {
  return { by: nackedBy(nack), reason: nack.reason };
}
