import type { InboundWorkload, MeshModel } from "@grpc-lb-lab/control-plane";
import { meshService } from "../deployment/backend-service.ts";
import { SERVICE_PORTS } from "../services/service-names.ts";
import { ClusterContainer } from "./cluster-container.ts";
import { type ContainersContext, GRPC_PORT } from "./containers-launch.ts";

/** Where the client's Envoy listens for the Service: a loopback address, for each pod has its own loopback here. */
export const CLUSTER_IP = "127.0.0.5";
/** The control plane's name in the network, as istiod's in a cluster. */
export const ISTIOD = `istiod:${SERVICE_PORTS["control-plane"]}`;

/** The control plane of a mode in a container: the Service `backend` as istiod would know it, and the pods with a proxy. */
export class MeshContainer {
  readonly #cluster: ClusterContainer;
  readonly #workloads: Map<string, InboundWorkload>;

  private constructor(cluster: ClusterContainer, workloads: Map<string, InboundWorkload>) {
    this.#cluster = cluster;
    this.#workloads = workloads;
  }

  static async start(context: ContainersContext): Promise<MeshContainer> {
    const { namespace, proxyRetries } = context;
    const service = { namespace, port: GRPC_PORT, clusterIp: CLUSTER_IP, proxyRetries };
    const workloads = new Map<string, InboundWorkload>();
    const cluster = await ClusterContainer.start(context, {
      service: "control-plane",
      alias: "istiod",
      state: (endpoints): MeshModel => ({
        services: [meshService(service, endpoints)],
        workloads: [...workloads.values()],
      }),
    });
    return new MeshContainer(cluster, workloads);
  }

  /** Makes a pod's proxy known: it gets an inbound listener, or the outbound ones. */
  addWorkload(workload: InboundWorkload): void {
    this.#workloads.set(workload.address, workload);
    this.#cluster.update();
  }

  removeWorkload(address: string): void {
    this.#workloads.delete(address);
    this.#cluster.update();
  }

  cutOff(): Promise<AsyncDisposable> {
    return this.#cluster.cutOff();
  }
}
