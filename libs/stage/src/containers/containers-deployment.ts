import type { Fault, Launch, LoadOptions, LoadRun, LoadSpec } from "@grpc-lb-lab/stage-api";
import type { EventLog } from "../deployment/event-log.ts";
import { PodDeployment } from "../deployment/pod-deployment.ts";
import type { Pods } from "../deployment/pods.ts";
import { putFault } from "../deployment/put-fault.ts";
import { shownTimings } from "../deployment/stage-timings.ts";
import { followLoad } from "../load/load-program.ts";
import type { ContainerWorkload } from "./container-workload.ts";
import type { ContainersCluster } from "./containers-cluster.ts";
import type { ContainersContext } from "./containers-context.ts";
import { CONTAINERS_TIMINGS, type ContainersTimingName } from "./containers-timings.ts";
import { startLoadContainer } from "./load-container.ts";

interface ContainersDeploymentOptions {
  readonly context: ContainersContext;
  readonly cluster: ContainersCluster;
  readonly launch: Launch;
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
    const { context, cluster, launch, pods, events, env, resources } = options;
    const settable = shownTimings([...COMMON_TIMINGS, ...cluster.timingNames], CONTAINERS_TIMINGS, context.timings);
    super({
      mode: context.mode,
      app: context.app,
      target: launch.target,
      clientEnv: { ...launch.clientEnv, ...env },
      timings: { ...settable, ...cluster.fixedTimings },
      simulated: ["the cluster: pods are containers with an address each, in one network", ...cluster.simulated],
      pods,
      events,
      problems: context.problems,
      refusals: () => cluster.refusals,
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
    const { context, cluster } = this.#options;
    this.#loads += 1;
    const name = `load-${this.#loads}`;
    const program = await startLoadContainer(context, name, this.clientEnv, cluster.clientPlace());
    return followLoad(program, { app: context.app, ...spec }, context.signal, options);
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
    return this.#options.cluster.cutControlPlane();
  }
}
