import type { ProblemLog } from "../deployment/problem-log.ts";
import { InputError } from "../input-error.ts";
import { followLoad } from "../load/load-program.ts";
import type { LoadSpec } from "../load/load-spec.ts";
import { MODES, type ModeName } from "../mode.ts";
import type {
  ContainerUsage,
  DeployedSettings,
  Deployment,
  DeploymentEvent,
  Fault,
  LoadOptions,
  LoadRun,
  Pod,
  StageTiming,
} from "../stage.ts";
import type { BackendEditor } from "./backend-editor.ts";
import { executeInPod, readyClientPod } from "./client-pod.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { containerUsage } from "./container-usage.ts";
import type { KubeClient } from "./kube-client.ts";
import type { PodAdmin } from "./pod-admin.ts";

/** What a deployment of this stage is made of. */
export interface KubernetesDeploymentParts {
  readonly client: KubeClient;
  readonly mode: ModeName;
  readonly namespace: string;
  /** What was asked for, servers and client alike. */
  readonly env: Readonly<Record<string, string>>;
  readonly timings: Readonly<Record<string, StageTiming>>;
  readonly deployed: DeployedSettings;
  readonly problems: ProblemLog;
  readonly watch: ClusterWatch;
  readonly editor: BackendEditor;
  readonly admin: PodAdmin;
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
  /** Everything that must be undone with the deployment. */
  readonly resources: AsyncDisposable;
}

/** A mode in a cluster, taken over until it is disposed: then it is what it was. */
export class KubernetesDeployment implements Deployment {
  readonly mode: ModeName;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: Readonly<Record<string, StageTiming>>;
  readonly deployed: DeployedSettings;
  /** Nothing stands in for anything. */
  readonly simulated = [];
  readonly #parts: KubernetesDeploymentParts;
  readonly #overrides: readonly (readonly [string, string])[];

  constructor(parts: KubernetesDeploymentParts) {
    const { mode, namespace, env, timings, deployed } = parts;
    this.mode = mode;
    this.target = MODES[mode].target.replace("<ns>", namespace);
    this.timings = timings;
    this.deployed = deployed;
    this.#parts = parts;
    this.#overrides = Object.entries(env).filter(([name]) => name.startsWith("BACKEND_") && name !== "BACKEND_TARGET");
    this.clientEnv = { BACKEND_TARGET: this.target, ...Object.fromEntries(this.#overrides) };
  }

  pods(): readonly Pod[] {
    return this.#parts.watch.pods;
  }

  get events(): readonly DeploymentEvent[] {
    return this.#parts.watch.events.events;
  }

  get problems(): readonly string[] {
    return this.#parts.problems.problems;
  }

  waitFor(matches: (event: DeploymentEvent) => boolean, signal: AbortSignal): Promise<DeploymentEvent> {
    return this.#parts.watch.events.waitFor(matches, AbortSignal.any([signal, this.#parts.signal]));
  }

  /** The client's settings are the pod's own, but for those that were asked for. */
  async runLoad(spec: LoadSpec, options: LoadOptions = {}): Promise<LoadRun> {
    const { client, namespace, signal } = this.#parts;
    const pod = await readyClientPod(client, namespace, signal);
    const settings = this.#overrides.flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const command = ["lab", "load", "--attached", ...settings];
    const program = await executeInPod(client, namespace, pod.metadata.name, command);
    return followLoad(program, spec, signal, options);
  }

  scale(pods: number): Promise<void> {
    return this.#parts.editor.scale(pods, this.#parts.signal);
  }

  async crash(pod: string): Promise<void> {
    this.#assertThere(pod);
    await this.#parts.admin.crash(pod, this.#parts.signal);
  }

  restart({ minReadyMs }: { readonly minReadyMs?: number } = {}): Promise<void> {
    return this.#parts.editor.restart(minReadyMs, this.#parts.signal);
  }

  async fault(pod: string, { packets, paused, ...fault }: Fault): Promise<void> {
    this.#assertThere(pod);
    if (packets !== undefined || paused !== undefined) {
      throw new InputError(
        "the kubernetes stage can neither drop a pod's packets nor pause it: it has no access to nodes; use --stage containers",
      );
    }
    await this.#parts.admin.setFault(pod, fault, this.#parts.signal);
  }

  containerUsage(): Promise<readonly ContainerUsage[]> {
    return containerUsage(this.#parts, this.#parts.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.resources[Symbol.asyncDispose]();
  }

  #assertThere(podName: string): void {
    const names = this.pods().map(({ name }) => name);
    if (!names.includes(podName)) {
      throw new InputError(`there is no pod ${podName}; there are ${names.join(", ")}`);
    }
  }
}
