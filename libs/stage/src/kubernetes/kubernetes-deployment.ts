import type { KubeClient } from "@grpc-lb-lab/cluster";
import {
  type App,
  type AutoscalerView,
  type AutoscaleTarget,
  type ContainerUsage,
  type DeployedSettings,
  type Deployment,
  type DeploymentEvent,
  type Fault,
  InputError,
  type LoadOptions,
  type LoadRun,
  type LoadSpec,
  type Mode,
  type Pod,
  type ReceivedCalls,
  type Refusal,
  type RestartOptions,
  type StageTimings,
} from "@grpc-lb-lab/stage-api";
import type { ProblemLog } from "../deployment/problem-log.ts";
import { followLoad } from "../load/load-program.ts";
import type { Autoscaler } from "./autoscaler.ts";
import type { BackendEditor } from "./backend-editor.ts";
import type { Canary } from "./canary.ts";
import { executeInPod, readyClientPod } from "./client-pod.ts";
import type { ClusterWatch } from "./cluster-watch.ts";
import { containerUsage } from "./container-usage.ts";
import type { PodAdmin } from "./pod-admin.ts";
import type { RulesInForce } from "./rules-in-force.ts";

/** What a deployment of this stage is made of. */
export interface KubernetesDeploymentParts {
  readonly client: KubeClient;
  readonly mode: Mode;
  readonly app: App;
  readonly namespace: string;
  /** See {@link Deployment.clientZone}. */
  readonly clientZone: string | undefined;
  /** What was asked for, servers and client alike. */
  readonly env: Readonly<Record<string, string>>;
  readonly timings: StageTimings;
  readonly deployed: DeployedSettings;
  readonly problems: ProblemLog;
  readonly watch: ClusterWatch;
  readonly editor: BackendEditor;
  /** Undefined: all pods are of one version. */
  readonly canary: Canary | undefined;
  readonly admin: PodAdmin;
  readonly autoscaler: Autoscaler;
  /** Undefined: nothing is asked of anybody but clients and servers. */
  readonly rules: RulesInForce | undefined;
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
  /** Everything that must be undone with the deployment. */
  readonly resources: AsyncDisposable;
}

/** A mode in a cluster, taken over until it is disposed: then it is what it was. */
export class KubernetesDeployment implements Deployment {
  readonly mode: string;
  readonly app: App;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: StageTimings;
  readonly deployed: DeployedSettings;
  readonly clientZone: string | undefined;
  /** Nothing stands in for anything. */
  readonly simulated = [];
  readonly #parts: KubernetesDeploymentParts;
  readonly #overrides: readonly (readonly [string, string])[];

  constructor(parts: KubernetesDeploymentParts) {
    const { mode, app, namespace, env, timings, deployed, clientZone } = parts;
    this.mode = mode.name;
    this.app = app;
    this.target = mode.target.replace("<ns>", namespace);
    this.timings = timings;
    this.deployed = deployed;
    this.clientZone = clientZone;
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
    return followLoad(program, { app: this.app, ...spec }, signal, options);
  }

  /** Of two versions the first grows or shrinks. */
  scale(pods: number): Promise<void> {
    const { editor, canary, signal } = this.#parts;
    return editor.scale(pods - (canary?.pods ?? 0), signal);
  }

  async crash(pod: string): Promise<void> {
    this.#assertThere(pod);
    await this.#parts.admin.crash(pod, this.#parts.signal);
  }

  /** Of two versions one after the other, the second as it is deployed. */
  async restart(options: RestartOptions = {}): Promise<void> {
    const { editor, canary, signal } = this.#parts;
    await editor.restart(options, signal);
    await canary?.restart(signal);
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

  /** Of the last moments only once {@link received} has resolved. */
  get refusals(): readonly Refusal[] {
    return this.#parts.rules?.refusals ?? [];
  }

  async received(): Promise<ReadonlyMap<string, ReceivedCalls>> {
    const { admin, rules, signal } = this.#parts;
    await rules?.look(signal);
    const all = await Promise.all(
      this.pods().map(async ({ name }) => [name, await admin.received(name, signal)] as const),
    );
    return new Map(all);
  }

  containerUsage(): Promise<readonly ContainerUsage[]> {
    return containerUsage(this.#parts, this.#parts.signal);
  }

  autoscale(target: AutoscaleTarget): Promise<void> {
    return this.#parts.autoscaler.start(target, this.#parts.signal);
  }

  autoscalerView(): Promise<AutoscalerView> {
    return this.#parts.autoscaler.view(this.#parts.signal);
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
