import { ControlPlane, type InboundWorkload, type MeshModel } from "@grpc-lb-lab/control-plane";
import { meshService, nackProblem } from "../deployment/backend-service.ts";
import { InputError } from "../input-error.ts";
import type { LaunchContext } from "./launcher.ts";

/**
 * The control plane of a mode, fed from the registry: the Service `backend` as istiod would know it, and the pods with a proxy.
 */
export class Mesh implements AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly #context: LaunchContext;
  #unfollow = () => {};
  readonly #workloads = new Map<string, InboundWorkload>();

  private constructor(controlPlane: ControlPlane, context: LaunchContext) {
    this.controlPlane = controlPlane;
    this.#context = context;
  }

  /**
   * Starts the control plane at the deployment's address. What its clients reject becomes a problem of the deployment.
   * @throws {InputError} when the port is taken.
   */
  static async start(context: LaunchContext): Promise<Mesh> {
    const { addresses, registry, problems } = context;
    const model = { services: [], workloads: [] };
    const controlPlane = await ControlPlane.listen({ host: addresses.xds, port: addresses.xdsPort, model }).catch(
      (error: Error) => {
        throw new InputError(error.message, { cause: error });
      },
    );
    controlPlane.onNack((nack) => problems.add(nackProblem(nack)));
    const mesh = new Mesh(controlPlane, context);
    mesh.#unfollow = registry.follow(() => mesh.#update());
    return mesh;
  }

  /** Makes a pod's proxy known: it gets an inbound listener, or the outbound ones. */
  addWorkload(workload: InboundWorkload): void {
    this.#workloads.set(workload.address, workload);
    this.#update();
  }

  removeWorkload(address: string): void {
    this.#workloads.delete(address);
    this.#update();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#unfollow();
    return this.controlPlane.close();
  }

  #update(): void {
    this.controlPlane.update(this.#model());
  }

  #model(): MeshModel {
    const { addresses, registry, namespace, proxyRetries } = this.#context;
    const service = { namespace, port: addresses.grpcPort, clusterIp: addresses.service, proxyRetries };
    return { services: [meshService(service, registry.endpoints)], workloads: [...this.#workloads.values()] };
  }
}
