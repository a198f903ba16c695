import { seededRandom } from "@grpc-lb-lab/measure";
import {
  type App,
  type FindProgram,
  InputError,
  type Mode,
  type Stage,
  type StartOptions,
} from "@grpc-lb-lab/stage-api";
import { assertSpoken } from "../deployment/assert-spoken.ts";
import { askedContext } from "../deployment/deployment-context.ts";
import { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import { EventLog } from "../deployment/event-log.ts";
import { launcherOf } from "../deployment/launcher-of.ts";
import { Pods } from "../deployment/pods.ts";
import { rulesEnv } from "../deployment/rules-env.ts";
import { ChildProcesses } from "./child-processes.ts";
import { LocalAddresses, MOST_LOCAL_PODS } from "./local-addresses.ts";
import { LocalCluster } from "./local-cluster.ts";
import type { LocalContext } from "./local-context.ts";
import { LocalDeployment } from "./local-deployment.ts";
import { chooseLocalPorts } from "./local-ports.ts";
import { localTimings } from "./local-timings.ts";
import { LOCAL } from "./local-traits.ts";
import { LocalWorkload } from "./local-workload.ts";
import { leaseLoopbackRange } from "./loopback-range.ts";
import type { Command } from "./ready-process.ts";

/** What a local stage needs to know of its surroundings. */
export interface LocalStageOptions {
  /** How the application of a pod that runs the greeter is started: `node apps/backend/src/main.ts`. */
  readonly backendCommand: Command;
  /** Likewise where pods run echo: `node apps/echo/src/main.ts`; needed for those alone. */
  readonly echoCommand?: Command;
  /** How `lab load` is started. */
  readonly loadCommand: Command;
  /** How the frontend is started: `node apps/frontend/src/main.ts`; needed for {@link LocalDeployment.startFrontend} and {@link StartOptions.through} only. */
  readonly frontendCommand?: Command;
  /** Repeats what is picked at random (the forwarder's pods), in each deployment anew; default 1. */
  readonly seed?: number;
  /** Where programs come from that are not the lab's own; default: each looks for itself, by the lab's environment, whenever a mode needs it. */
  readonly find?: FindProgram;
}

const findByEnvironment: FindProgram = (program, signal) =>
  program.find({ env: process.env, signal, onProgress: () => {} });

/** Modes as processes on this machine's loopback addresses: no cluster, no container, no root. */
export class LocalStage implements Stage {
  readonly name = LOCAL.name;
  readonly what = LOCAL.what;
  readonly abilities = LOCAL.abilities;
  readonly #options: LocalStageOptions;

  constructor(options: LocalStageOptions) {
    this.#options = options;
  }

  /**
   * Starts a mode in a loopback range of its own, pods as processes.
   * @throws {InputError} when the mode has no launcher or nobody for the rules here, a port is taken, an address is missing or a pod does not start.
   * @throws {ProgramUnavailableError} without a program that the mode needs.
   */
  async start(mode: Mode, options: StartOptions): Promise<LocalDeployment> {
    const loadLauncher = launcherOf(mode, "local");
    assertSpoken(mode, this.name, options.rules);
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const context = await this.#context(mode.name, options, signal, rollback);
    const cluster = rollback.use(new LocalCluster(context));
    const launcher = await loadLauncher();
    const launch = await launcher(cluster);
    const events = new EventLog();
    const asked = rulesEnv(options.rules);
    const env = { ...options.env, ...asked.server };
    const made = { context, cluster, command: this.#commandOf(context.app), env };
    const pods = new Pods({
      ...context,
      events,
      stage: this.name,
      mostPods: MOST_LOCAL_PODS,
      makeWorkload: (pod) => new LocalWorkload(pod, made),
    });
    rollback.defer(() => pods.stopRestarting());
    // Ends first, so that no proxy reports pods as lost that are only being ended.
    rollback.defer(() => stopping.abort(new Error("the deployment has ended")));
    await pods.scale(options.pods);
    await cluster.podsReady();
    await launch.podsReady?.();
    const resources = rollback.move();
    const { loadCommand, frontendCommand } = this.#options;
    return new LocalDeployment({
      context,
      cluster,
      launch,
      pods,
      events,
      env: { ...env, ...asked.client },
      loadCommand,
      frontendCommand,
      through: options.through,
      resources,
    });
  }

  #commandOf(app: App): Command {
    const { backendCommand, echoCommand } = this.#options;
    if (app === "greeter") return backendCommand;
    if (echoCommand === undefined) throw new InputError("this stage knows no echo application: give it an echoCommand");
    return echoCommand;
  }

  async #context(
    mode: string,
    options: StartOptions,
    signal: AbortSignal,
    rollback: AsyncDisposableStack,
  ): Promise<LocalContext> {
    options.signal.throwIfAborted();
    const timings = localTimings(options.timings);
    const range = rollback.use(await leaseLoopbackRange());
    const children = rollback.use(new ChildProcesses());
    const { find = findByEnvironment } = this.#options;
    return {
      ...askedContext(mode, options),
      addresses: new LocalAddresses(range, await chooseLocalPorts(range.address(1))),
      registry: rollback.use(new EndpointRegistry(timings.endpointLagMs)),
      children,
      timings,
      random: seededRandom(this.#options.seed ?? 1),
      find: (program) => find(program, signal),
      signal,
    };
  }
}
