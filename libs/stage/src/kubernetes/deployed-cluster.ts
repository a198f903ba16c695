import {
  corePath,
  deploymentsPath,
  type KubeClient,
  type KubeConfigMap,
  type KubeDeployment,
  KubeError,
  podProxyPath,
  selectedPods,
} from "@grpc-lb-lab/cluster";
import type { ClusterReader } from "@grpc-lb-lab/stage-api";

/** What a mode may read of a namespace, through the API server. */
export class DeployedCluster implements ClusterReader {
  readonly namespace: string;
  readonly #client: KubeClient;
  readonly #signal: AbortSignal;

  constructor(client: KubeClient, namespace: string, signal: AbortSignal) {
    this.#client = client;
    this.namespace = namespace;
    this.#signal = signal;
  }

  /** @throws {InputError} as {@link KubeClient.request}. */
  async mountedFile(deployment: string, file: string): Promise<string | undefined> {
    const found = await this.#find(deployment);
    const volumes = found?.spec.template.spec.volumes ?? [];
    for (const name of volumes.flatMap(({ configMap }) => configMap?.name ?? [])) {
      const config = await this.#client.find<KubeConfigMap>(
        corePath(this.namespace, `configmaps/${name}`),
        this.#signal,
      );
      const text = config?.data?.[file];
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** @throws {InputError} as {@link KubeClient.request}. */
  async containerArguments(deployment: string): Promise<readonly string[] | undefined> {
    const found = await this.#find(deployment);
    return found === undefined ? undefined : (found.spec.template.spec.containers[0]?.args ?? []);
  }

  /** @throws {InputError} as {@link KubeClient.request}. */
  async podAnswers(app: string, port: number, path: string): Promise<readonly (string | undefined)[]> {
    const pods = await selectedPods(this.#client, this.namespace, `app=${app}`, this.#signal);
    return Promise.all(pods.map(({ metadata }) => this.#answer(metadata.name, port, path)));
  }

  #find(deployment: string): Promise<KubeDeployment | undefined> {
    return this.#client.find<KubeDeployment>(deploymentsPath(this.namespace, deployment), this.#signal);
  }

  async #answer(pod: string, port: number, path: string): Promise<string | undefined> {
    const asked = podProxyPath(this.namespace, pod, port, path);
    return this.#client.text(asked, this.#signal).catch((error: unknown) => {
      // The API server tells in its own status that a pod does not answer, or has gone.
      if (error instanceof KubeError) return undefined;
      throw error;
    });
  }
}
