import { ControlPlane } from "@grpc-lb-lab/control-plane";
import { InputError } from "@grpc-lb-lab/stage-api";
import { nackProblem, nackRefusal } from "../../deployment/backend-service.ts";
import type { EndpointRegistry } from "../../deployment/endpoint-registry.ts";
import { type LabelledWorkload, type MeshModelOf, meshModelOf } from "../../deployment/mesh-model.ts";
import type { RefusalLog } from "../../deployment/refusal-log.ts";
import type { LocalContext } from "../local-context.ts";

/**
 * The control plane of a deployment, fed from the registry: the Services of `backend` as istiod would know them, and the pods with a proxy.
 */
export class Mesh implements AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly #registry: EndpointRegistry;
  readonly #modelOf: MeshModelOf;
  #unfollow = () => {};
  readonly #workloads = new Map<string, LabelledWorkload>();

  private constructor(controlPlane: ControlPlane, registry: EndpointRegistry, modelOf: MeshModelOf) {
    this.controlPlane = controlPlane;
    this.#registry = registry;
    this.#modelOf = modelOf;
  }

  /**
   * Starts the control plane at the deployment's address. What its clients reject becomes a problem of the deployment, or a refusal of the rules.
   * @throws {RulesRefusedError} what the API server or istiod's webhook refuses of the rules.
   * @throws {InputError} when the port is taken, or the control plane cannot do what rules ask for.
   */
  static async start(context: LocalContext, refusals: RefusalLog, podsHaveProxies: boolean): Promise<Mesh> {
    const { addresses, registry, problems, rules } = context;
    const modelOf = modelFor(context, podsHaveProxies);
    const model = { services: [], workloads: [] };
    const controlPlane = await ControlPlane.listen({ host: addresses.xds, port: addresses.xdsPort, model }).catch(
      (error: Error) => {
        throw new InputError(error.message, { cause: error });
      },
    );
    controlPlane.onNack((nack) => {
      if (rules === undefined) problems.add(nackProblem(nack));
      else refusals.add(nackRefusal(nack));
    });
    const mesh = new Mesh(controlPlane, registry, modelOf);
    mesh.#unfollow = registry.follow(() => mesh.#update());
    return mesh;
  }

  /** Makes a pod's proxy known: it gets an inbound listener, or the outbound ones. */
  addWorkload(workload: LabelledWorkload): void {
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
    this.controlPlane.update(this.#modelOf(this.#registry.endpoints, this.#workloads.values()));
  }
}

function modelFor(
  { addresses, namespace, proxyRetries, rules, canaryPods }: LocalContext,
  podsHaveProxies: boolean,
): MeshModelOf {
  const ofVersions = { "backend-v1": addresses.serviceOf("v1"), "backend-v2": addresses.serviceOf("v2") };
  const clusterIps = { backend: addresses.service, ...(canaryPods > 0 ? ofVersions : {}) };
  return meshModelOf({ namespace, port: addresses.grpcPort, clusterIps, proxyRetries, rules, podsHaveProxies });
}
