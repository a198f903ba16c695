import {
  type App,
  type Deployment,
  type DeploymentEvent,
  type Fault,
  InputError,
  type LoadOptions,
  type LoadRun,
  type LoadSpec,
  type Pod,
  type ReceivedCalls,
  type Refusal,
  type RestartOptions,
  type StageTimings,
} from "@grpc-lb-lab/stage-api";
import { CLIENT_ZONE } from "./backend-service.ts";
import type { EventLog } from "./event-log.ts";
import type { Pods } from "./pods.ts";
import type { ProblemLog } from "./problem-log.ts";
import { receivedCalls } from "./received-calls.ts";

const NO_AUTOSCALER = "only a cluster has an autoscaler: use --stage kubernetes";

/** What a deployment is made of whose pods the stage itself leads. */
export interface PodDeploymentParts {
  readonly mode: string;
  readonly app: App;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: StageTimings;
  readonly simulated: readonly string[];
  readonly pods: Pods;
  readonly events: EventLog;
  readonly problems: ProblemLog;
  /** Who does not take the rules that were asked for. */
  readonly refusals: () => readonly Refusal[];
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
  /** Everything that must be ended with the deployment. */
  readonly resources: AsyncDisposable;
}

/** A deployment whose pods the stage itself leads; how loads run and faults are made is each stage's own. */
export abstract class PodDeployment implements Deployment {
  readonly mode: string;
  readonly app: App;
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly timings: StageTimings;
  readonly simulated: readonly string[];
  readonly deployed = {};
  readonly clientZone = CLIENT_ZONE;
  protected readonly parts: PodDeploymentParts;

  constructor(parts: PodDeploymentParts) {
    this.mode = parts.mode;
    this.app = parts.app;
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

  restart(options: RestartOptions = {}): Promise<void> {
    return this.parts.pods.restart(options);
  }

  received(): Promise<ReadonlyMap<string, ReceivedCalls>> {
    return receivedCalls(this.pods(), this.parts.signal);
  }

  get refusals(): readonly Refusal[] {
    return this.parts.refusals();
  }

  async containerUsage(): Promise<never> {
    throw new InputError("only kubelets know what containers use: use --stage kubernetes");
  }

  async autoscale(): Promise<never> {
    throw new InputError(NO_AUTOSCALER);
  }

  async autoscalerView(): Promise<never> {
    throw new InputError(NO_AUTOSCALER);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.resources[Symbol.asyncDispose]();
  }
}
