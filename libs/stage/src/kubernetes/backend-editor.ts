import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../input-error.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { withoutRestart, withRestart } from "./desired-template.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeDeployment, KubeDeploymentSpec, KubePodTemplate } from "./kube-objects.ts";
import { BACKEND, BEFORE_ANNOTATION, BEFORE_ANNOTATION_PATH, deploymentsPath } from "./names.ts";

/** What of a Deployment the lab may change. */
type Before = Required<Pick<KubeDeploymentSpec, "replicas" | "minReadySeconds" | "strategy" | "template">>;

/** What is remembered: the Deployment of before, and which process changes it now. */
interface Memory extends Before {
  readonly by: { readonly host: string; readonly pid: number };
  /** What `kubectl apply` had applied: a deploy since then makes the memory void. */
  readonly applied: string | undefined;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** A change of settings need not be slow: all new pods at once, then all old ones go. */
const ALL_AT_ONCE = { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } };

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
   * Remembers the Deployment; what a killed lab has left is undone first.
   * @throws {InputError} while another lab of this machine is at work on it.
   */
  static async start(
    client: KubeClient,
    watch: ClusterWatch,
    namespace: string,
    signal: AbortSignal,
  ): Promise<BackendEditor> {
    const deployment = await client.get<KubeDeployment>(deploymentsPath(namespace, BACKEND), signal);
    const left = memoryOf(deployment);
    if (left !== undefined) {
      assertNobodyElse(left, namespace);
      await new BackendEditor(client, watch, namespace, left).restore(signal);
    }
    const before = left ?? partOf(deployment.spec);
    const editor = new BackendEditor(client, watch, namespace, before);
    await editor.#patch([
      { op: "add", path: BEFORE_ANNOTATION_PATH, value: JSON.stringify(memory(before, deployment)) },
    ]);
    return editor;
  }

  /** The template as it is deployed. */
  get deployed(): KubePodTemplate {
    return this.#before.template;
  }

  /** Makes so many pods from `template`; resolves when they are ready and no other is left. Nothing rolls that is so already. */
  async apply(replicas: number, template: KubePodTemplate, signal: AbortSignal): Promise<void> {
    const { spec } = await this.#get(signal);
    const rolls = !isDeepStrictEqual(withoutRestart(spec.template), withoutRestart(template));
    const { strategy, minReadySeconds } = this.#before;
    const { metadata } = await this.#patch([
      set("replicas", replicas),
      ...(rolls ? [set("template", template), set("strategy", ALL_AT_ONCE), set("minReadySeconds", 0)] : []),
    ]);
    await this.#watch.untilRolledOut(replicas, metadata.generation ?? 0, signal);
    if (rolls) await this.#patch([set("strategy", strategy), set("minReadySeconds", minReadySeconds)]);
  }

  /** Resolves when there are so many pods, all ready, and those that were too many have ended. */
  async scale(replicas: number, signal: AbortSignal): Promise<void> {
    const { metadata } = await this.#patch([set("replicas", replicas)]);
    await this.#watch.untilRolledOut(replicas, metadata.generation ?? 0, signal);
  }

  /** Replaces all pods by the Deployment's own strategy; resolves when the last old one has ended. */
  async restart(minReadyMs: number | undefined, signal: AbortSignal): Promise<void> {
    const { spec } = await this.#get(signal);
    const { minReadySeconds: deployed } = this.#before;
    const minReadySeconds = minReadyMs === undefined ? deployed : Math.ceil(minReadyMs / 1_000);
    const { metadata } = await this.#patch([
      set("minReadySeconds", minReadySeconds),
      set("template", withRestart(spec.template, new Date().toISOString())),
    ]);
    await this.#watch.untilRolledOut(spec.replicas ?? 1, metadata.generation ?? 0, signal, {
      extraMs: 1_000 * minReadySeconds * (spec.replicas ?? 1),
    });
    if (minReadySeconds !== deployed) await this.#patch([set("minReadySeconds", deployed)]);
  }

  /**
   * Makes the Deployment what it was, and forgets. The mark of a restart stays where it is all that is left, as `kubectl rollout restart`
   * leaves it: without it all pods would be replaced once more.
   */
  async restore(signal: AbortSignal): Promise<void> {
    const { replicas, minReadySeconds, strategy, template } = this.#before;
    try {
      await this.apply(replicas, template, signal);
    } finally {
      await this.#patch([
        set("strategy", strategy),
        set("minReadySeconds", minReadySeconds),
        { op: "remove", path: BEFORE_ANNOTATION_PATH },
      ]);
    }
  }

  #get(signal: AbortSignal): Promise<KubeDeployment> {
    return this.#client.get<KubeDeployment>(this.#path, signal);
  }

  #patch(body: readonly PatchOperation[]): Promise<KubeDeployment> {
    return this.#client.request("PATCH", this.#path, { body, contentType: "application/json-patch+json" });
  }
}

/** RFC 6902. */
type PatchOperation =
  | { readonly op: "add"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** Sets a field of the spec, whether it is there or not. */
function set(field: keyof Before, value: unknown): PatchOperation {
  return { op: "add", path: `/spec/${field}`, value };
}

function partOf({ replicas = 1, minReadySeconds = 0, strategy, template }: KubeDeploymentSpec): Before {
  return { replicas, minReadySeconds, strategy, template };
}

function memory(before: Before, { metadata }: KubeDeployment): Memory {
  return { ...before, by: { host: hostname(), pid: process.pid }, applied: metadata.annotations?.[LAST_APPLIED] };
}

function memoryOf({ metadata }: KubeDeployment): Memory | undefined {
  const { [BEFORE_ANNOTATION]: text, [LAST_APPLIED]: applied } = metadata.annotations ?? {};
  const left: Memory | undefined = text === undefined ? undefined : JSON.parse(text);
  return left?.applied === applied ? left : undefined;
}

/** Of other machines it is not known whether their lab still runs. */
function assertNobodyElse({ by }: Memory, namespace: string): void {
  if (by.host !== hostname() || by.pid === process.pid || !isRunning(by.pid)) return;
  throw new InputError(`another lab (process ${by.pid}) is at work in namespace ${namespace}; wait for it, or end it`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
