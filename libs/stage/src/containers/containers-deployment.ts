import type { EventLog } from "../deployment/event-log.ts";
import { PodDeployment } from "../deployment/pod-deployment.ts";
import type { Pods } from "../deployment/pods.ts";
import { putFault } from "../deployment/put-fault.ts";
import { shownTimings } from "../deployment/stage-timings.ts";
import { InputError } from "../input-error.ts";
import { followLoad } from "../load/load-program.ts";
import type { LoadSpec } from "../load/load-spec.ts";
import type { Fault, LoadOptions, LoadRun } from "../stage.ts";
import type { ContainerWorkload } from "./container-workload.ts";
import type { ContainersContext, ContainersLaunch } from "./containers-launch.ts";
import { CONTAINERS_TIMINGS, type ContainersTimingName } from "./containers-timings.ts";
import { startLoadContainer } from "./load-container.ts";

interface ContainersDeploymentOptions {
  readonly context: ContainersContext;
  readonly launch: ContainersLaunch;
  readonly pods: Pods<ContainerWorkload>;
  readonly events: EventLog;
  readonly env: Readonly<Record<string, string>>;
  /** Everything that must be ended with the deployment. */
  readonly resources: AsyncDisposable;
}

/** Timings that matter under every mode. */
const COMMON_TIMINGS: readonly ContainersTimingName[] = ["restartAfterMs", "terminationGraceMs"];

/** A mode that runs in containers of this machine. */
export class ContainersDeployment extends PodDeployment {
  readonly #options: ContainersDeploymentOptions;
  #loads = 0;

  constructor(options: ContainersDeploymentOptions) {
    const { context, launch, pods, events, env, resources } = options;
    const settable = shownTimings([...COMMON_TIMINGS, ...launch.timingNames], CONTAINERS_TIMINGS, context.timings);
    super({
      mode: context.mode,
      target: launch.target,
      clientEnv: { ...launch.clientEnv, ...env },
      timings: { ...settable, ...launch.fixedTimings },
      simulated: ["the cluster: pods are containers with an address each, in one network", ...launch.simulated],
      pods,
      events,
      problems: context.problems,
      signal: context.signal,
      resources,
    });
    this.#options = options;
  }

  /** What the engine has of this deployment: its network's name, which begins the containers' names and is their label `grpc-lb-lab.session`. */
  get sessionName(): string {
    return this.#options.context.session.name;
  }

  async runLoad(spec: LoadSpec, options: LoadOptions = {}): Promise<LoadRun> {
    const { context, launch } = this.#options;
    this.#loads += 1;
    const name = `load-${this.#loads}`;
    const program = await startLoadContainer(context, name, this.clientEnv, launch.clientPlace?.());
    return followLoad(program, spec, context.signal, options);
  }

  async fault(podName: string, { packets, paused, ...fault }: Fault): Promise<void> {
    const { context, pods } = this.#options;
    const pod = pods.pod(podName);
    if (paused === false) await pod.workload.pause(false);
    if (packets === "delivered") await pod.workload.dropPackets(false);
    const isOnlyCut = (packets ?? paused) !== undefined && Object.keys(fault).length === 0;
    if (!isOnlyCut) await putFault(pod.state, fault, context.signal);
    if (packets === "dropped") await pod.workload.dropPackets(true);
    if (paused === true) await pod.workload.pause(true);
  }

  /**
   * Cuts what tells clients and proxies of the pods, until the result is disposed: pods and connections live on with what they know.
   * @throws {InputError} in modes that hear of pods from the engine's DNS alone.
   */
  cutControlPlane(): Promise<AsyncDisposable> {
    const cut = this.#options.launch.cutControlPlane;
    if (cut === undefined) {
      throw new InputError(`mode ${this.mode} has no control plane to cut: it hears of pods from DNS alone`);
    }
    return cut();
  }
}
