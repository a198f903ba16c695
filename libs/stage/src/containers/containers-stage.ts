import { randomBytes } from "node:crypto";
import type { Mode, Stage, StartOptions } from "@grpc-lb-lab/stage-api";
import { assertNoFrontend } from "../deployment/assert-no-frontend.ts";
import { assertSpoken } from "../deployment/assert-spoken.ts";
import { askedContext } from "../deployment/deployment-context.ts";
import { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import { EventLog } from "../deployment/event-log.ts";
import { launcherOf } from "../deployment/launcher-of.ts";
import { Pods } from "../deployment/pods.ts";
import { rulesEnv } from "../deployment/rules-env.ts";
import { ContainerSession } from "./container-session.ts";
import { ContainerWorkload } from "./container-workload.ts";
import { ContainersCluster } from "./containers-cluster.ts";
import type { ContainersContext } from "./containers-context.ts";
import { ContainersDeployment } from "./containers-deployment.ts";
import { containersTimings } from "./containers-timings.ts";
import { CONTAINERS } from "./containers-traits.ts";
import { assertImages, connectEngine } from "./engine.ts";
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
  readonly name = CONTAINERS.name;
  readonly what = CONTAINERS.what;
  readonly abilities = CONTAINERS.abilities;
  readonly #options: ContainersStageOptions;

  constructor(options: ContainersStageOptions = {}) {
    this.#options = options;
  }

  /**
   * Starts a mode in a network of its own, pods as containers.
   * @throws {InputError} when the mode has no launcher or nobody for the rules here, without an engine or an image, or when a pod does not start.
   */
  async start(mode: Mode, options: StartOptions): Promise<ContainersDeployment> {
    const loadLauncher = launcherOf(mode, "containers");
    assertSpoken(mode, this.name, options.rules);
    assertNoFrontend(this.name, options);
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const context = await this.#context(mode, options, signal, rollback);
    // Ends first, so that nothing is reported as lost that is only being ended.
    rollback.defer(() => stopping.abort(new Error("the deployment has ended")));
    const cluster = new ContainersCluster(context);
    const launcher = await loadLauncher();
    const launch = await launcher(cluster);
    const events = new EventLog();
    const asked = rulesEnv(options.rules);
    const env = { ...options.env, ...asked.server };
    const pods = new Pods({
      ...context,
      events,
      stage: this.name,
      mostPods: MOST_CONTAINER_PODS,
      makeWorkload: (pod) => new ContainerWorkload(pod, { context, cluster, env }),
    });
    rollback.defer(() => pods.stopRestarting());
    await pods.scale(options.pods);
    await cluster.podsReady();
    await launch.podsReady?.();
    return new ContainersDeployment({
      context,
      cluster,
      launch,
      pods,
      events,
      env: { ...env, ...asked.client },
      resources: rollback.move(),
    });
  }

  async #context(
    mode: Mode,
    options: StartOptions,
    signal: AbortSignal,
    rollback: AsyncDisposableStack,
  ): Promise<ContainersContext> {
    signal.throwIfAborted();
    const { tag = "dev", seed = 1 } = this.#options;
    const asked = askedContext(mode.name, options);
    const timings = containersTimings(options.timings);
    const docker = await connectEngine();
    await assertImages(docker, imagesOf(mode, asked.app, tag));
    const session = await ContainerSession.start(docker, `lab-${mode.name}-${randomBytes(4).toString("hex")}`);
    rollback.use(session);
    return {
      ...asked,
      session,
      images: stageImages(tag),
      registry: rollback.use(new EndpointRegistry(timings.endpointLagMs)),
      timings,
      seed,
      signal,
    };
  }
}
