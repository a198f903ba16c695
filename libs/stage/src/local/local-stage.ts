import { type EnvoyBinary, findEnvoy } from "@grpc-lb-lab/envoy";
import { seededRandom } from "@grpc-lb-lab/measure";
import { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import { EventLog } from "../deployment/event-log.ts";
import { Pods } from "../deployment/pods.ts";
import { ProblemLog } from "../deployment/problem-log.ts";
import type { ModeName } from "../mode.ts";
import type { Stage, StartOptions } from "../stage.ts";
import { ChildProcesses } from "./child-processes.ts";
import type { LaunchContext } from "./launcher.ts";
import { LAUNCHERS } from "./launchers/index.ts";
import { LocalAddresses, MOST_LOCAL_PODS } from "./local-addresses.ts";
import { LocalDeployment } from "./local-deployment.ts";
import { chooseLocalPorts } from "./local-ports.ts";
import { LOCAL_TIMINGS, localTimings } from "./local-timings.ts";
import { LocalWorkload } from "./local-workload.ts";
import { leaseLoopbackRange } from "./loopback-range.ts";
import type { Command } from "./pod-process.ts";

/** What a local stage needs to know of its surroundings. */
export interface LocalStageOptions {
  /** How a pod's application is started: `node apps/backend/src/main.ts`. */
  readonly backendCommand: Command;
  /** How `lab load` is started. */
  readonly loadCommand: Command;
  /** How the frontend is started: `node apps/frontend/src/main.ts`; needed for {@link LocalDeployment.startFrontend} only. */
  readonly frontendCommand?: Command;
  /** Repeats what is picked at random (the forwarder's pods), in each deployment anew; default 1. */
  readonly seed?: number;
  /** Where the Envoy comes from; default {@link findEnvoy}. */
  readonly envoy?: (signal: AbortSignal) => Promise<EnvoyBinary>;
}

/** Modes as processes on this machine's loopback addresses: no cluster, no container, no root. */
export class LocalStage implements Stage {
  readonly name = "local";
  readonly settableTimings = Object.keys(LOCAL_TIMINGS);
  readonly faults = ["latencyMs", "jitterMs", "errorCode", "errorShare"] as const;
  readonly metersContainers = false;
  readonly #options: LocalStageOptions;

  constructor(options: LocalStageOptions) {
    this.#options = options;
  }

  /**
   * Starts a mode in a loopback range of its own, pods as processes.
   * @throws {InputError} when a port is taken, an address is missing or a pod does not start; EnvoyUnavailableError without an Envoy.
   */
  async start(mode: ModeName, options: StartOptions): Promise<LocalDeployment> {
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const context = await this.#context(mode, options, signal, rollback);
    const launch = rollback.use(await LAUNCHERS[mode](context));
    const events = new EventLog();
    const env = options.env ?? {};
    const made = { context, launch, command: this.#options.backendCommand, env };
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
    await launch.podsReady?.();
    const resources = rollback.move();
    const { loadCommand, frontendCommand } = this.#options;
    return new LocalDeployment({ mode, context, launch, pods, events, env, loadCommand, frontendCommand, resources });
  }

  async #context(
    mode: ModeName,
    options: StartOptions,
    signal: AbortSignal,
    rollback: AsyncDisposableStack,
  ): Promise<LaunchContext> {
    options.signal.throwIfAborted();
    const timings = localTimings(options.timings);
    const range = rollback.use(await leaseLoopbackRange());
    const children = rollback.use(new ChildProcesses());
    const findBinary = this.#options.envoy ?? ((abort: AbortSignal) => findEnvoy(process.env, { signal: abort }));
    return {
      mode,
      namespace: `lab-${mode}`,
      addresses: new LocalAddresses(range, await chooseLocalPorts(range.address(1))),
      registry: rollback.use(new EndpointRegistry(timings.endpointLagMs)),
      children,
      timings,
      proxyRetries: options.proxyRetries,
      random: seededRandom(this.#options.seed ?? 1),
      problems: new ProblemLog(),
      envoy: () => findBinary(signal),
      signal,
    };
  }
}
