import { InputError } from "../input-error.ts";
import type { LoadSpec } from "../load/load-spec.ts";
import type { ModeName } from "../mode.ts";
import type { Deployment, DeploymentEvent, Fault, LoadOptions, LoadRun, Pod, StageTiming } from "../stage.ts";
import type { EventLog } from "./event-log.ts";
import type { Pods } from "./pods.ts";
import type { ProblemLog } from "./problem-log.ts";

/** What a deployment is made of whose pods the stage itself leads. */
export interface PodDeploymentParts {
  readonly mode: ModeName;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: Readonly<Record<string, StageTiming>>;
  readonly simulated: readonly string[];
  readonly pods: Pods;
  readonly events: EventLog;
  readonly problems: ProblemLog;
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
  /** Everything that must be ended with the deployment. */
  readonly resources: AsyncDisposable;
}

/** A deployment whose pods the stage itself leads; how loads run and faults are made is each stage's own. */
export abstract class PodDeployment implements Deployment {
  readonly mode: ModeName;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: Readonly<Record<string, StageTiming>>;
  readonly simulated: readonly string[];
  readonly deployed = {};
  protected readonly parts: PodDeploymentParts;

  constructor(parts: PodDeploymentParts) {
    this.mode = parts.mode;
    this.target = parts.target;
    this.clientEnv = parts.clientEnv;
    this.timings = parts.timings;
    this.simulated = parts.simulated;
    this.parts = parts;
  }

  abstract runLoad(spec: LoadSpec, options?: LoadOptions): Promise<LoadRun>;
  abstract fault(pod: string, fault: Fault): Promise<void>;

  pods(): readonly Pod[] {
    return this.parts.pods.pods;
  }

  get events(): readonly DeploymentEvent[] {
    return this.parts.events.events;
  }

  get problems(): readonly string[] {
    return this.parts.problems.problems;
  }

  waitFor(matches: (event: DeploymentEvent) => boolean, signal: AbortSignal): Promise<DeploymentEvent> {
    return this.parts.events.waitFor(matches, AbortSignal.any([signal, this.parts.signal]));
  }

  scale(pods: number): Promise<void> {
    return this.parts.pods.scale(pods);
  }

  async crash(pod: string): Promise<void> {
    return this.parts.pods.pod(pod).crash();
  }

  restart({ minReadyMs = 0 }: { readonly minReadyMs?: number } = {}): Promise<void> {
    return this.parts.pods.restart(minReadyMs);
  }

  async containerUsage(): Promise<never> {
    throw new InputError("what containers use is known to kubelets alone: --stage kubernetes");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.resources[Symbol.asyncDispose]();
  }
}
