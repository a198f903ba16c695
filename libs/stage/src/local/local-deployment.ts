import { InputError } from "../input-error.ts";
import { followLoad } from "../load/load-program.ts";
import type { LoadSpec } from "../load/load-spec.ts";
import type { ModeName } from "../mode.ts";
import type { Deployment, DeploymentEvent, Fault, LoadOptions, LoadRun, Pod, StageTiming } from "../stage.ts";
import type { EventLog } from "./event-log.ts";
import type { Launch, LaunchContext } from "./launcher.ts";
import { startLoadChild } from "./load-child.ts";
import { type FrontendSettings, frontendUrl, type LocalFrontend, startFrontend } from "./local-frontend.ts";
import type { LocalPods } from "./local-pods.ts";
import { LOCAL_TIMINGS, type LocalTimingName } from "./local-timings.ts";
import type { Command } from "./pod-process.ts";

interface LocalDeploymentOptions {
  readonly mode: ModeName;
  readonly context: LaunchContext;
  readonly launch: Launch;
  readonly pods: LocalPods;
  readonly events: EventLog;
  readonly env: Readonly<Record<string, string>>;
  readonly loadCommand: Command;
  readonly frontendCommand: Command | undefined;
  /** Everything that must be ended with the deployment. */
  readonly resources: AsyncDisposable;
}

/** Timings that matter under every mode. */
const COMMON_TIMINGS: readonly LocalTimingName[] = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"];

/** A mode that runs as processes of this machine. */
export class LocalDeployment implements Deployment {
  readonly mode: ModeName;
  readonly target: string;
  readonly timings: Readonly<Record<string, StageTiming>>;
  readonly simulated: readonly string[];
  readonly clientEnv: Readonly<Record<string, string>>;
  readonly #options: LocalDeploymentOptions;

  constructor(options: LocalDeploymentOptions) {
    const { mode, context, launch, env } = options;
    this.#options = options;
    this.mode = mode;
    this.target = launch.target;
    this.clientEnv = { ...launch.clientEnv, ...env };
    this.simulated = ["the cluster: pods are processes with a loopback address each", ...launch.simulated];
    this.timings = Object.fromEntries(
      [...COMMON_TIMINGS, ...launch.timingNames].map((name) => [
        name,
        { ...LOCAL_TIMINGS[name], value: context.timings[name] },
      ]),
    );
  }

  pods(): readonly Pod[] {
    return this.#options.pods.pods;
  }

  get events(): readonly DeploymentEvent[] {
    return this.#options.events.events;
  }

  get problems(): readonly string[] {
    return this.#options.context.problems.problems;
  }

  waitFor(matches: (event: DeploymentEvent) => boolean, signal: AbortSignal): Promise<DeploymentEvent> {
    return this.#options.events.waitFor(matches, AbortSignal.any([signal, this.#options.context.signal]));
  }

  runLoad(spec: LoadSpec, options: LoadOptions = {}): Promise<LoadRun> {
    const { context, loadCommand } = this.#options;
    const program = startLoadChild(loadCommand, this.clientEnv, context.children);
    return followLoad(program, spec, context.signal, options);
  }

  /** Where the frontend is once it was started. */
  get frontendUrl(): string {
    return frontendUrl(this.#options.context);
  }

  /**
   * Starts the frontend as another client of the mode; it ends with the deployment.
   * @throws {InputError} when it does not become ready.
   */
  startFrontend(settings: FrontendSettings = {}): Promise<LocalFrontend> {
    const { context, frontendCommand } = this.#options;
    return startFrontend(context, frontendCommand, this.clientEnv, settings);
  }

  scale(pods: number): Promise<void> {
    return this.#options.pods.scale(pods);
  }

  async crash(pod: string): Promise<void> {
    return this.#options.pods.pod(pod).crash();
  }

  restart({ minReadyMs = 0 }: { readonly minReadyMs?: number } = {}): Promise<void> {
    return this.#options.pods.restart(minReadyMs);
  }

  async fault(pod: string, fault: Fault): Promise<void> {
    const { context, pods } = this.#options;
    const { adminAddress } = pods.pod(pod).state;
    const request = {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fault),
      signal: context.signal,
    };
    const response = await fetch(`http://${adminAddress}/faults`, request).catch((error: Error) => {
      context.signal.throwIfAborted();
      throw new InputError(
        `pod ${pod} does not answer at ${adminAddress}, so it takes no fault; wait until it is ready`,
        { cause: error },
      );
    });
    const answer = await response.text();
    if (!response.ok) throw new InputError(`pod ${pod} refused the fault ${JSON.stringify(fault)}: ${answer}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.resources[Symbol.asyncDispose]();
  }
}
