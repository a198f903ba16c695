import {
  BACKEND,
  corePath,
  deploymentsPath,
  type KubeClient,
  type KubeDeployment,
  KubeError,
  type KubeList,
  type KubeObject,
  type KubePodTemplate,
  NotPermittedError,
} from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";
import { CANARY, CANARY_LABEL, canaryDeployment, type KubeService, versionServices } from "./canary-objects.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { RESTARTED_AT } from "./desired-template.ts";

/** A part of the backend's pods that is of version `v2`: a Deployment beside `backend`, and Services of each version. */
export class Canary {
  readonly #client: KubeClient;
  readonly #watch: ClusterWatch;
  readonly #namespace: string;
  /** How many pods are of version `v2`. */
  readonly pods: number;

  constructor(client: KubeClient, watch: ClusterWatch, namespace: string, pods: number) {
    this.#client = client;
    this.#watch = watch;
    this.#namespace = namespace;
    this.pods = pods;
  }

  /**
   * Makes it; resolves when its pods are ready.
   * @param template - that of the other pods.
   * @throws {InputError} when the namespace has one of its objects already that is somebody else's.
   */
  async start(template: KubePodTemplate, signal: AbortSignal): Promise<void> {
    const services = corePath(this.#namespace, "services");
    const backend = await this.#client.get<KubeService>(`${services}/${BACKEND}`, signal);
    for (const body of versionServices(backend)) await this.#make(services, body, signal);
    const deployed = await this.#client.get<KubeDeployment>(deploymentsPath(this.#namespace, BACKEND), signal);
    const body = canaryDeployment(deployed, template, this.pods);
    await this.#make(deploymentsPath(this.#namespace), body, signal);
    await this.#watch.untilRolledOut(this.pods, 1, signal, { deployment: CANARY });
  }

  /** Replaces its pods one after the other; resolves when the last old one has ended. */
  async restart(signal: AbortSignal): Promise<void> {
    const annotations = { [RESTARTED_AT]: new Date().toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    const path = deploymentsPath(this.#namespace, CANARY);
    const { metadata } = await this.#client.request<KubeDeployment>("PATCH", path, { body, signal });
    await this.#watch.untilRolledOut(this.pods, metadata.generation ?? 0, signal, { deployment: CANARY });
  }

  /** Deletes what a killed lab has left. Whoever may not list it has made none. */
  async removeLeft(signal: AbortSignal): Promise<void> {
    await this.remove(signal).catch((error: unknown) => {
      if (!(error instanceof NotPermittedError)) throw error;
    });
  }

  /** Deletes it; resolves when its pods have gone. For times without load: they do not drain. */
  async remove(signal: AbortSignal): Promise<void> {
    const quickly = await this.#watch.quickly(CANARY, signal);
    await Promise.all(
      [corePath(this.#namespace, "services"), deploymentsPath(this.#namespace)].map((all) => this.#delete(all, signal)),
    );
    await this.#watch.untilGone(CANARY, signal, quickly);
  }

  async #make(all: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#client.request("POST", all, { body, signal }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 409)) throw error;
      throw new InputError(
        `namespace ${this.#namespace} has something where pods of two versions would be (${error.reason}); delete it, or use another namespace`,
        { cause: error },
      );
    });
  }

  async #delete(all: string, signal: AbortSignal): Promise<void> {
    const made = await this.#client.get<KubeList<KubeObject>>(
      `${all}?labelSelector=${encodeURIComponent(CANARY_LABEL)}`,
    );
    for (const { metadata } of made.items) await this.#client.delete(`${all}/${metadata.name}`, undefined, signal);
  }
}
