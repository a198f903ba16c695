import {
  type Fault,
  InputError,
  type Launch,
  type LoadOptions,
  type LoadRun,
  type LoadSpec,
  type StartOptions,
  type TimingName,
} from "@grpc-lb-lab/stage-api";
import type { EventLog } from "../deployment/event-log.ts";
import { PodDeployment } from "../deployment/pod-deployment.ts";
import type { Pods } from "../deployment/pods.ts";
import { putFault } from "../deployment/put-fault.ts";
import { shownTimings } from "../deployment/stage-timings.ts";
import { throughFrontend } from "../deployment/through-frontend.ts";
import { followLoad } from "../load/load-program.ts";
import { startLoadChild } from "./load-child.ts";
import type { LocalCluster } from "./local-cluster.ts";
import type { LocalContext } from "./local-context.ts";
import { type FrontendSettings, frontendUrl, type LocalFrontend, startFrontend } from "./local-frontend.ts";
import { LOCAL_TIMINGS } from "./local-timings.ts";
import type { Command } from "./ready-process.ts";

interface LocalDeploymentOptions {
  readonly context: LocalContext;
  readonly cluster: LocalCluster;
  readonly launch: Launch;
  readonly pods: Pods;
  readonly events: EventLog;
  readonly env: Readonly<Record<string, string>>;
  readonly loadCommand: Command;
  readonly frontendCommand: Command | undefined;
  /** What loads call in place of the pods; it is started with the first of them. */
  readonly through: StartOptions["through"];
  /** Everything that must be ended with the deployment. */
  readonly resources: AsyncDisposable;
}

/** Timings that matter under every mode. */
const COMMON_TIMINGS: readonly TimingName[] = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"];

/** A mode that runs as processes of this machine. */
export class LocalDeployment extends PodDeployment {
  readonly #options: LocalDeploymentOptions;
  #between: Promise<LocalFrontend> | undefined;

  constructor(options: LocalDeploymentOptions) {
    const { context, cluster, launch, pods, events, env, resources } = options;
    super({
      mode: context.mode,
      app: context.app,
      target: launch.target,
      clientEnv: { ...launch.clientEnv, ...env },
      timings: shownTimings([...COMMON_TIMINGS, ...cluster.timingNames], LOCAL_TIMINGS, context.timings),
      simulated: ["the cluster: pods are processes with a loopback address each", ...cluster.simulated],
      pods,
      events,
      problems: context.problems,
      refusals: () => cluster.refusals,
      signal: context.signal,
      resources,
    });
    this.#options = options;
  }

  async runLoad(spec: LoadSpec, options: LoadOptions = {}): Promise<LoadRun> {
    const { context, loadCommand } = this.#options;
    const program = startLoadChild(loadCommand, await this.#loadEnv(), context.children);
    return followLoad(program, { app: context.app, ...spec }, context.signal, options);
  }

  async #loadEnv(): Promise<Readonly<Record<string, string>>> {
    if (this.#options.through === undefined) return this.clientEnv;
    this.#between ??= this.startFrontend();
    return throughFrontend(this.clientEnv, (await this.#between).grpcAddress);
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
    const { context, frontendCommand, launch, env } = this.#options;
    // It is a server as well: what is asked of those (`MAX_CONNECTION_AGE_MS`, `WORK_MS`) is asked of pods.
    const ofClients = Object.entries(env).filter(([name]) => name.startsWith("BACKEND_"));
    return startFrontend(context, frontendCommand, { ...launch.clientEnv, ...Object.fromEntries(ofClients) }, settings);
  }

  async fault(pod: string, fault: Fault): Promise<void> {
    const { context, pods } = this.#options;
    const { state } = pods.pod(pod);
    if (fault.packets !== undefined || fault.paused !== undefined) {
      throw new InputError(
        "the local stage can neither drop a pod's packets nor pause it: its pods are processes on loopback; use --stage containers",
      );
    }
    await putFault(state, fault, context.signal);
  }
}
