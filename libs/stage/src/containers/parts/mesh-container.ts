import { type LabelledWorkload, meshModelOf } from "../../deployment/mesh-model.ts";
import type { RefusalLog } from "../../deployment/refusal-log.ts";
import { SERVICE_PORTS } from "../../services/service-names.ts";
import { ClusterContainer } from "../cluster-container.ts";
import { type ContainersContext, GRPC_PORT } from "../containers-context.ts";

/** Where the client's Envoy listens for the Service: a loopback address, for each pod has its own loopback here. */
export const CLUSTER_IP = "127.0.0.5";
/** Likewise of the Services of each version's pods. */
const CLUSTER_IPS_OF_VERSIONS = { "backend-v1": "127.0.0.6", "backend-v2": "127.0.0.7" };
/** The control plane's name in the network, as istiod's in a cluster. */
export const ISTIOD = `istiod:${SERVICE_PORTS["control-plane"]}`;

/** The control plane of a deployment in a container: the Services of `backend` as istiod would know them, and the pods with a proxy. */
export class MeshContainer {
  readonly #cluster: ClusterContainer;
  readonly #workloads: Map<string, LabelledWorkload>;

  private constructor(cluster: ClusterContainer, workloads: Map<string, LabelledWorkload>) {
    this.#cluster = cluster;
    this.#workloads = workloads;
  }

  /**
   * Starts the control plane. What its clients reject becomes a problem of the deployment, or a refusal of the rules.
   * @throws {RulesRefusedError} what the API server or istiod's webhook refuses of the rules.
   * @throws {InputError} when it does not start, or cannot do what rules ask for.
   */
  static async start(
    context: ContainersContext,
    refusals: RefusalLog,
    podsHaveProxies: boolean,
  ): Promise<MeshContainer> {
    const { namespace, proxyRetries, rules, canaryPods } = context;
    const clusterIps = { backend: CLUSTER_IP, ...(canaryPods > 0 ? CLUSTER_IPS_OF_VERSIONS : {}) };
    const modelOf = meshModelOf({ namespace, port: GRPC_PORT, clusterIps, proxyRetries, rules, podsHaveProxies });
    const workloads = new Map<string, LabelledWorkload>();
    const cluster = await ClusterContainer.start(context, {
      service: "control-plane",
      alias: "istiod",
      state: (endpoints) => modelOf(endpoints, workloads.values()),
      ...(rules === undefined ? {} : { refused: (refusal) => refusals.add(refusal) }),
    });
    return new MeshContainer(cluster, workloads);
  }

  /** Its address in the network. */
  get ip(): string {
    return this.#cluster.ip;
  }

  /** Makes a pod's proxy known: it gets an inbound listener, or the outbound ones. */
  addWorkload(workload: LabelledWorkload): void {
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
