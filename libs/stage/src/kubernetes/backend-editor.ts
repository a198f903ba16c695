import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import {
  BACKEND,
  BEFORE_ANNOTATION,
  BEFORE_ANNOTATION_PATH,
  deploymentsPath,
  type JsonPatchOperation,
  type KubeClient,
  type KubeDeployment,
  type KubeDeploymentSpec,
  KubeError,
  type KubePodTemplate,
} from "@grpc-lb-lab/cluster";
import { InputError, type RestartOptions } from "@grpc-lb-lab/stage-api";
import { allDone } from "../deployment/all-done.ts";
import { isRunning, ownMark } from "../process-mark.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { withoutRestart, withRestart } from "./desired-template.ts";

/** What of a Deployment the lab may change. */
type Before = Required<Pick<KubeDeploymentSpec, "replicas" | "minReadySeconds" | "strategy" | "template">>;

/** What is remembered: the Deployment of before, and which process changes it now: its {@link ownMark}. */
interface Memory extends Before {
  readonly by: { readonly host: string; readonly mark: string };
  /** What `kubectl apply` had applied: a deploy since then makes the memory void. */
  readonly applied: string | undefined;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** All new pods at once, then all old ones go: a change of settings need not be slow, and no other update is as quick. */
const ALL_AT_ONCE = { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } };

/** Controllers write the Deployment's status while its pods come and go. */
const TAKE_ATTEMPTS = 10;
/** An object that is not as the patch says: Unprocessable Entity for a failed `test`, Conflict for another writer in between. */
const TAKEN_BY_ANOTHER = new Set([409, 422]);

/** Changes the Deployment `backend`, and makes it what it was before. */
export class BackendEditor {
  readonly #client: KubeClient;
  readonly #watch: ClusterWatch;
  readonly #path: string;
  readonly #before: Before;

  private constructor(client: KubeClient, watch: ClusterWatch, namespace: string, before: Before) {
    this.#client = client;
    this.#watch = watch;
    this.#path = `${deploymentsPath(namespace, BACKEND)}?fieldManager=grpc-lb-lab`;
    this.#before = before;
  }

  /**
   * Takes the Deployment for this lab alone and remembers it; what a killed lab has left is undone.
   * @param undoFirst - what of that would change the Deployment again.
   * @throws {InputError} while another lab of this machine is at work on it, or when it changes faster than it can be taken.
   */
  static async start(
    client: KubeClient,
    watch: ClusterWatch,
    namespace: string,
    signal: AbortSignal,
    undoFirst: () => Promise<void> = async () => {},
  ): Promise<BackendEditor> {
    for (let attempt = 0; attempt < TAKE_ATTEMPTS; attempt++) {
      const deployment = await client.get<KubeDeployment>(deploymentsPath(namespace, BACKEND), signal);
      const left = memoryOf(deployment);
      if (left !== undefined) assertNobodyElse(left, namespace);
      const before = left === undefined ? partOf(deployment.spec) : partOf(left);
      const editor = new BackendEditor(client, watch, namespace, before);
      if (!(await editor.#take(deployment))) continue;
      if (left !== undefined) {
        await undoFirst();
        await editor.#putBack(signal);
      }
      return editor;
    }
    const remedy = `see who changes it: kubectl --context ${client.context} -n ${namespace} get deployment ${BACKEND} --watch`;
    throw new InputError(`Deployment ${BACKEND} in namespace ${namespace} changes all the time; ${remedy}`);
  }

  /** Remembers what was, and by that that this lab is at work; false when the Deployment is not as it was read any more. */
  async #take(deployment: KubeDeployment): Promise<boolean> {
    const { annotations, resourceVersion } = deployment.metadata;
    const mine = { ...annotations, [BEFORE_ANNOTATION]: JSON.stringify(memory(this.#before, deployment)) };
    try {
      await this.#patch([
        { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
        { op: "add", path: "/metadata/annotations", value: mine },
      ]);
      return true;
    } catch (error) {
      if (error instanceof KubeError && TAKEN_BY_ANOTHER.has(error.status)) return false;
      throw error;
    }
  }

  /** The template as it is deployed. */
  get deployed(): KubePodTemplate {
    return this.#before.template;
  }

  /**
   * Makes so many pods from `template`; resolves when they are ready and no other is left. Nothing rolls that is so already. For times without load: pods that
   * leave do not drain, which may be most of a minute.
   */
  async apply(replicas: number, template: KubePodTemplate, signal: AbortSignal): Promise<void> {
    const { spec } = await this.#get(signal);
    const quickly = await this.#watch.quickly(BACKEND, signal);
    const rolls = !isDeepStrictEqual(withoutRestart(spec.template), withoutRestart(template));
    const { strategy, minReadySeconds } = this.#before;
    const { metadata } = await this.#patch([
      set("replicas", replicas),
      ...(rolls ? [set("template", template), set("strategy", ALL_AT_ONCE), set("minReadySeconds", 0)] : []),
    ]);
    await this.#watch.untilRolledOut(replicas, metadata.generation ?? 0, signal, { quickly });
    if (rolls) await this.#patch([set("strategy", strategy), set("minReadySeconds", minReadySeconds)]);
  }

  /** Resolves when there are so many pods, all ready, and those that were too many have ended. */
  async scale(replicas: number, signal: AbortSignal): Promise<void> {
    const { metadata } = await this.#patch([set("replicas", replicas)]);
    await this.#watch.untilRolledOut(replicas, metadata.generation ?? 0, signal);
  }

  /** Replaces all pods, by the Deployment's own strategy unless at once; resolves when the last old one has ended. */
  async restart({ minReadyMs, atOnce = false }: RestartOptions, signal: AbortSignal): Promise<void> {
    const { spec } = await this.#get(signal);
    const { minReadySeconds: deployed, strategy } = this.#before;
    const minReadySeconds = minReadyMs === undefined ? deployed : Math.ceil(minReadyMs / 1_000);
    const { metadata } = await this.#patch([
      set("minReadySeconds", minReadySeconds),
      set("strategy", atOnce ? ALL_AT_ONCE : strategy),
      set("template", withRestart(spec.template, new Date().toISOString())),
    ]);
    await this.#watch.untilRolledOut(spec.replicas ?? 1, metadata.generation ?? 0, signal, {
      extraMs: 1_000 * minReadySeconds * (spec.replicas ?? 1),
    });
    if (!atOnce && minReadySeconds === deployed) return;
    await this.#patch([set("strategy", strategy), set("minReadySeconds", deployed)]);
  }

  /**
   * Makes the Deployment what it was, and forgets. What cannot be undone stays remembered, for the next lab to undo. The mark of a restart
   * stays where it is all that is left, as `kubectl rollout restart` leaves it: without it all pods would be replaced once more.
   * @param beside - what is undone at the same time. The Deployment is no other lab's before that has ended, and well.
   */
  async restore(signal: AbortSignal, beside: () => Promise<unknown> = async () => {}): Promise<void> {
    await allDone([this.#putBack(signal), beside()]);
    await this.#patch([{ op: "remove", path: BEFORE_ANNOTATION_PATH }]);
  }

  async #putBack(signal: AbortSignal): Promise<void> {
    const { replicas, minReadySeconds, strategy, template } = this.#before;
    await this.apply(replicas, template, signal);
    await this.#patch([set("strategy", strategy), set("minReadySeconds", minReadySeconds)]);
  }

  #get(signal: AbortSignal): Promise<KubeDeployment> {
    return this.#client.get<KubeDeployment>(this.#path, signal);
  }

  #patch(operations: readonly JsonPatchOperation[]): Promise<KubeDeployment> {
    return this.#client.patch(this.#path, operations);
  }
}

/** Sets a field of the spec, whether it is there or not. */
function set(field: keyof Before, value: unknown): JsonPatchOperation {
  return { op: "add", path: `/spec/${field}`, value };
}

function partOf({ replicas = 1, minReadySeconds = 0, strategy, template }: KubeDeploymentSpec | Before): Before {
  return { replicas, minReadySeconds, strategy, template };
}

function memory(before: Before, { metadata }: KubeDeployment): Memory {
  return { ...before, by: { host: hostname(), mark: ownMark() }, applied: metadata.annotations?.[LAST_APPLIED] };
}

function memoryOf({ metadata }: KubeDeployment): Memory | undefined {
  const { [BEFORE_ANNOTATION]: text, [LAST_APPLIED]: applied } = metadata.annotations ?? {};
  const left: Memory | undefined = text === undefined ? undefined : JSON.parse(text);
  return left?.applied === applied ? left : undefined;
}

/** Of other machines it is not known whether their lab still runs. */
function assertNobodyElse({ by }: Memory, namespace: string): void {
  if (by.host !== hostname() || by.mark === ownMark() || !isRunning(by.mark)) return;
  const [pid] = by.mark.split("-");
  throw new InputError(`another lab (process ${pid}) is at work in namespace ${namespace}; wait for it, or end it`);
}
