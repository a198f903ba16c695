import {
  corePath,
  deploymentsPath,
  type JsonPatchOperation,
  type KubeClient,
  type KubeConfigMap,
  type KubeDeployment,
  KubeError,
} from "@grpc-lb-lab/cluster";
import { type AskedOfProxy, InputError, type RulesFile, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { assertNoForeignPods, type ProxyPlace, untilOnlyPodsOf } from "./proxy-rollout.ts";
import { RULES_ANNOTATION } from "./rule-objects.ts";

/** A proxy that is asked for rules by a file. */
export interface ProxyWithFile {
  /** The name of its Deployment, and its `app` label. */
  readonly deployment: string;
  readonly rulesFile: RulesFile;
}

const ANNOTATION_PATH = `/metadata/annotations/${RULES_ANNOTATION.replace("/", "~1")}`;
const AS_LAB = "?fieldManager=grpc-lb-lab";
const CONFLICT = 409;

/** Says of a ConfigMap that the lab has made it; without it nobody's is touched. */
const RULES_LABEL = "grpc-lb-lab/rules";

/**
 * Traffic rules in the configuration of a deployed proxy. Its Deployment mounts another ConfigMap while they are in force, so that a proxy which does not
 * come up with them never takes the place of the one that runs; in an annotation it remembers which it had. The annotation comes last, with the mount itself,
 * and goes last: without it nothing is in force, and a ConfigMap that a killed lab has left is known by its label.
 */
export class ProxyRules {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #proxy: ProxyWithFile;

  constructor(client: KubeClient, namespace: string, proxy: ProxyWithFile) {
    this.#client = client;
    this.#namespace = namespace;
    this.#proxy = proxy;
  }

  /**
   * Puts rules in force: resolves when every pod of the proxy has them, and no other is left.
   * @throws {RulesRefusedError} in the proxy's words when it does not come up with them.
   * @throws {InputError} where it knows no such rules, somebody else's ConfigMap has the name of the lab's, or calls reach another pod than the proxy's.
   * {@link restore} undoes what has been done.
   */
  async set(asked: AskedOfProxy, signal: AbortSignal): Promise<void> {
    const { rulesFile } = this.#proxy;
    const { deployment, volume, configMap } = await this.#mounted(signal);
    const { data = {}, metadata } = configMap;
    const text = rulesFile.withRules(data[rulesFile.name] ?? "", asked);
    if (text === undefined) throw this.#unknown(asked);
    await assertNoForeignPods(this.#place, deployment, signal);
    await this.#makeConfigMap({ ...data, [rulesFile.name]: text }, signal);
    await this.#patch(
      [
        { op: "test", path: volume, value: metadata.name },
        { op: "add", path: ANNOTATION_PATH, value: metadata.name },
        { op: "replace", path: volume, value: this.#configMapName },
      ],
      signal,
    );
    const lastWords = await this.#untilOnlyPodsOf(this.#configMapName, signal);
    if (lastWords === undefined) return;
    const { by, reason } = rulesFile.refusal(lastWords);
    throw new RulesRefusedError(by, reason);
  }

  /**
   * Makes the proxy what it was before {@link set}, be that another lab's, and resolves when it is; where there is nothing to undo, at once.
   * @throws {InputError} when it does not come up any more.
   */
  async restore(signal: AbortSignal): Promise<void> {
    const deployment = await this.#find(signal);
    if (deployment === undefined) return;
    const before = deployment.metadata.annotations?.[RULES_ANNOTATION];
    const volume = volumeOf(deployment, this.#configMapName);
    if (before === undefined) {
      if (volume === undefined) await this.#deleteConfigMap(signal); // Left before it was mounted.
      return;
    }
    if (volume !== undefined) await this.#patch([{ op: "replace", path: volume, value: before }], signal);
    // Neither where somebody has deployed the proxy since then.
    const isPutBack = volume !== undefined || volumeOf(deployment, before) !== undefined;
    if (isPutBack) await this.#untilAsBefore(before, signal);
    await this.#deleteConfigMap(signal);
    await this.#patch([{ op: "remove", path: ANNOTATION_PATH }], signal);
  }

  get #place(): ProxyPlace {
    return { client: this.#client, namespace: this.#namespace, deployment: this.#proxy.deployment };
  }

  get #path(): string {
    return deploymentsPath(this.#namespace, this.#proxy.deployment);
  }

  get #configMapName(): string {
    return `${this.#proxy.deployment}-rules`;
  }

  get #configMapPath(): string {
    return corePath(this.#namespace, `configmaps/${this.#configMapName}`);
  }

  #find(signal: AbortSignal): Promise<KubeDeployment | undefined> {
    return this.#client.find<KubeDeployment>(this.#path, signal);
  }

  /** The ConfigMap that has the file, and where the Deployment names it, as a path of a JSON patch. */
  async #mounted(signal: AbortSignal): Promise<Mounted> {
    const { deployment: name, rulesFile } = this.#proxy;
    const deployment = await this.#find(signal);
    for (const { configMap } of deployment?.spec.template.spec.volumes ?? []) {
      if (deployment === undefined || configMap?.name === undefined) continue;
      const path = corePath(this.#namespace, `configmaps/${configMap.name}`);
      const found = await this.#client.find<KubeConfigMap>(path, signal);
      const volume = volumeOf(deployment, configMap.name);
      if (found?.data?.[rulesFile.name] !== undefined && volume !== undefined)
        return { deployment, volume, configMap: found };
    }
    throw new InputError(
      `namespace ${this.#namespace} has no Deployment ${name} that mounts ${rulesFile.name}; deploy the overlay ${name} again`,
    );
  }

  /** What the lab itself has left was taken away before. */
  async #makeConfigMap(data: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const labels = { [RULES_LABEL]: this.#proxy.deployment };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: this.#configMapName, labels }, data };
    const path = corePath(this.#namespace, `configmaps${AS_LAB}`);
    await this.#client.request("POST", path, { body, signal }).catch((error: unknown) => {
      throw error instanceof KubeError && error.status === CONFLICT ? this.#othersConfigMap(error) : error;
    });
  }

  /** It may have gone; one that is not the lab's stays. */
  async #deleteConfigMap(signal: AbortSignal): Promise<void> {
    const left = await this.#client.find<KubeConfigMap>(this.#configMapPath, signal);
    if (left?.metadata.labels?.[RULES_LABEL] === undefined) return;
    await this.#client.delete(this.#configMapPath, { preconditions: { uid: left.metadata.uid } }, signal);
  }

  async #patch(operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<void> {
    await this.#client.patch(`${this.#path}${AS_LAB}`, operations, signal);
  }

  #untilOnlyPodsOf(configMap: string, signal: AbortSignal): Promise<string | undefined> {
    return untilOnlyPodsOf(this.#place, configMap, signal);
  }

  async #untilAsBefore(configMap: string, signal: AbortSignal): Promise<void> {
    const lastWords = await this.#untilOnlyPodsOf(configMap, signal);
    if (lastWords === undefined) return;
    const { deployment } = this.#proxy;
    throw new InputError(
      `the proxy ${deployment} in namespace ${this.#namespace} does not come up any more as it is deployed (${lastWords}); deploy it again`,
    );
  }

  #othersConfigMap(cause: KubeError): InputError {
    const where = `--context ${this.#client.context} -n ${this.#namespace}`;
    return new InputError(
      `namespace ${this.#namespace} has a ConfigMap ${this.#configMapName} that the lab has not made (it lacks the label ${RULES_LABEL}), and rules would take its place; rename it, or delete it: kubectl ${where} delete configmap ${this.#configMapName}`,
      { cause },
    );
  }

  #unknown({ rules }: AskedOfProxy): InputError {
    return new InputError(`the proxy ${this.#proxy.deployment} takes no rules in the dialect ${rules.dialect}`);
  }
}

/** Where a Deployment has the proxy's file from. */
interface Mounted {
  readonly deployment: KubeDeployment;
  /** A path of a JSON patch. */
  readonly volume: string;
  readonly configMap: KubeConfigMap;
}

/** Where a Deployment names a ConfigMap, as a path of a JSON patch; undefined where it does not. */
function volumeOf({ spec }: KubeDeployment, name: string): string | undefined {
  const index = (spec.template.spec.volumes ?? []).findIndex(({ configMap }) => configMap?.name === name);
  return index < 0 ? undefined : `/spec/template/spec/volumes/${index}/configMap/name`;
}
