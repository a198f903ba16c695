import { randomBytes } from "node:crypto";
import { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import { EventLog } from "../deployment/event-log.ts";
import { Pods } from "../deployment/pods.ts";
import { ProblemLog } from "../deployment/problem-log.ts";
import type { ModeName } from "../mode.ts";
import type { Stage, StartOptions } from "../stage.ts";
import { ContainerSession } from "./container-session.ts";
import { ContainerWorkload } from "./container-workload.ts";
import { ContainersDeployment } from "./containers-deployment.ts";
import type { ContainersContext } from "./containers-launch.ts";
import { CONTAINERS_TIMINGS, containersTimings } from "./containers-timings.ts";
import { assertImages, connectEngine } from "./engine.ts";
import { CONTAINERS_LAUNCHERS } from "./launchers/index.ts";
import { MOST_CONTAINER_PODS } from "./network-addresses.ts";
import { imagesOf, stageImages } from "./stage-images.ts";

/** What a containers stage can be told. */
export interface ContainersStageOptions {
  /** The tag of the lab's images; default `dev`, as `make images` has it. */
  readonly tag?: string;
  /** Repeats what is picked at random (the forwarder's pods), in each deployment anew; default 1. */
  readonly seed?: number;
}

/** Modes in containers of this machine's engine: real addresses, the engine's DNS, and faults that processes on loopback cannot have. */
export class ContainersStage implements Stage {
  readonly name = "containers";
  readonly settableTimings = Object.keys(CONTAINERS_TIMINGS);
  readonly faults = ["latencyMs", "jitterMs", "errorCode", "errorShare", "packets", "paused"] as const;
  readonly metersContainers = false;
  readonly #options: ContainersStageOptions;

  constructor(options: ContainersStageOptions = {}) {
    this.#options = options;
  }

  /**
   * Starts a mode in a network of its own, pods as containers.
   * @throws {InputError} without an engine or an image, or when a pod does not start.
   */
  async start(mode: ModeName, options: StartOptions): Promise<ContainersDeployment> {
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const context = await this.#context(mode, options, signal, rollback);
    // Ends first, so that nothing is reported as lost that is only being ended.
    rollback.defer(() => stopping.abort(new Error("the deployment has ended")));
    const launch = await CONTAINERS_LAUNCHERS[mode](context);
    const events = new EventLog();
    const env = options.env ?? {};
    const pods = new Pods({
      ...context,
      events,
      stage: this.name,
      mostPods: MOST_CONTAINER_PODS,
      makeWorkload: (pod) => new ContainerWorkload(pod, { context, launch, env }),
    });
    rollback.defer(() => pods.stopRestarting());
    await pods.scale(options.pods);
    await launch.podsReady?.();
    return new ContainersDeployment({ context, launch, pods, events, env, resources: rollback.move() });
  }

  async #context(
    mode: ModeName,
    options: StartOptions,
    signal: AbortSignal,
    rollback: AsyncDisposableStack,
  ): Promise<ContainersContext> {
    signal.throwIfAborted();
    const { tag = "dev", seed = 1 } = this.#options;
    const timings = containersTimings(options.timings);
    const images = stageImages(tag);
    const docker = await connectEngine();
    await assertImages(docker, imagesOf(mode, images));
    const session = await ContainerSession.start(docker, `lab-${mode}-${randomBytes(4).toString("hex")}`);
    rollback.use(session);
    return {
      mode,
      namespace: `lab-${mode}`,
      session,
      images,
      registry: rollback.use(new EndpointRegistry(timings.endpointLagMs)),
      problems: new ProblemLog(),
      timings,
      proxyRetries: options.proxyRetries,
      seed,
      signal,
    };
  }
}
