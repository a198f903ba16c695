import type { App } from "./app.ts";
import type { Fault } from "./fault.ts";
import type { LoadOptions, LoadRun, LoadSpec } from "./load.ts";
import type { ReceivedCalls, Refusal } from "./rules.ts";
import type { StageTimings } from "./timings.ts";

/** A running mode: pods, proxies, control plane. Disposing it leaves no process and no port behind. */
export interface Deployment extends AsyncDisposable {
  /** The name of the mode. */
  readonly mode: string;
  /** What its pods run. */
  readonly app: App;
  /** The client's target as a client of this deployment has it. */
  readonly target: string;
  /** The delays in force, each beside the default of the thing it stands for. */
  readonly timings: StageTimings;
  /** What stands in for the real thing, in words. */
  readonly simulated: readonly string[];
  /** Environment that a client program of this mode needs: `BACKEND_TARGET`, `BACKEND_LB_POLICY`, bootstrap, … */
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Settings of the servers that are in force because they are deployed so, whatever was asked; empty where all are as asked. */
  readonly deployed: DeployedSettings;
  /**
   * The zone (`topology.kubernetes.io/zone`) of whoever picks the pods: of the mode's proxy between, where it has one, else of the client with what is beside
   * it. Undefined: it is not known, or they are in several.
   */
  readonly clientZone: string | undefined;
  pods(): readonly Pod[];
  /** Everything that happened since the start, in order; grows. */
  readonly events: readonly DeploymentEvent[];
  /**
   * What went wrong by itself, in words, each once: something that a proxy or a client rejected (an xDS NACK), a pod that does not
   * come back, a proxy that died. Grows; empty while all is well. Who shows results shows it.
   */
  readonly problems: readonly string[];
  /** Resolves with the first event, past or future, that `matches`; rejects when `signal` aborts or the deployment ends. */
  waitFor(matches: (event: DeploymentEvent) => boolean, signal: AbortSignal): Promise<DeploymentEvent>;
  /** Starts `lab load` with the mode's client settings. */
  runLoad(spec: LoadSpec, options?: LoadOptions): Promise<LoadRun>;
  /** Resolves when the new number is reached: added pods are ready, removed ones have ended. */
  scale(pods: number): Promise<void>;
  /** Ends the pod's process as a crash does (exit 137); the pod restarts at its address as a kubelet would restart it. */
  crash(pod: string): Promise<void>;
  /** Replaces all pods as a Deployment's rolling update does; resolves when the last old pod has ended. */
  restart(options?: RestartOptions): Promise<void>;
  /**
   * Sets a pod's fault. Latency, jitter and errors are replaced as one: what is left out is none; `packets` and `paused` stay as they are
   * when they are left out.
   * @throws {InputError} when the stage cannot do it ({@link StageAbilities.faults}), or the pod does not take it.
   */
  fault(pod: string, fault: Fault): Promise<void>;
  /**
   * What the containers that calls pass through have used since their start. How old the figures are is up to the stage: each says when it was taken.
   * @throws {InputError} when the stage cannot tell ({@link StageAbilities.metersContainers}), or is not permitted to know.
   */
  containerUsage(): Promise<readonly ContainerUsage[]>;
  /**
   * Has the stage change the number of pods from now on, by the CPU time that their applications use; that ends with the deployment.
   * @throws {InputError} when the stage cannot do it ({@link StageAbilities.autoscales}), or is not permitted to.
   */
  autoscale(target: AutoscaleTarget): Promise<void>;
  /**
   * What the autoscaler sees, and how many pods it wants.
   * @throws {InputError} when the stage has none, or there is none by now.
   */
  autoscalerView(): Promise<AutoscalerView>;
  /**
   * What the applications of the pods of now have received, by the pods' names. A mesh is asked first who has refused rules until now: {@link refusals}.
   * @throws {InputError} when a pod does not tell: its `FAULTS` are off.
   */
  received(): Promise<ReadonlyMap<string, ReceivedCalls>>;
  /**
   * Who did not take the rules that were asked for, once they were in force for the others. Grows; empty where all have taken them. Complete, as to the calls
   * until then, once {@link received} has resolved: read it afterwards.
   */
  readonly refusals: readonly Refusal[];
}

/**
 * What an autoscaler keeps to, as a HorizontalPodAutoscaler does: so many pods that their applications use so much CPU on average. Source:
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export interface AutoscaleTarget {
  /** In thousandths of a CPU, averaged over the pods. */
  readonly meanMilliCpu: number;
  readonly leastPods: number;
  readonly mostPods: number;
}

/** An autoscaler as it tells of itself. */
export interface AutoscalerView {
  /** How many pods it wants; undefined: it has not decided yet. */
  readonly wantedPods: number | undefined;
  /** What it has seen the applications use on average, in thousandths of a CPU; undefined: nothing yet. */
  readonly meanMilliCpu: number | undefined;
  /** Why it sees nothing, in its own words. */
  readonly problem: string | undefined;
}

/** How all pods are replaced. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment */
export interface RestartOptions {
  /** How long a new pod must be ready before the next one is replaced. Default: not at all; in a cluster as it is deployed. */
  readonly minReadyMs?: number;
  /**
   * Whether all new pods come at once (maxSurge 100 %, maxUnavailable 0): no rolling update is quicker. Default false: one after the other,
   * in a cluster as it is deployed.
   */
  readonly atOnce?: boolean;
}

/** Settings of servers as somebody else has deployed them; undefined: as asked. */
export interface DeployedSettings {
  /** How long a pod that is told to go keeps serving; 0: not at all. */
  readonly drainDelayMs?: number;
  /** `MAX_CONNECTION_AGE_MS`; 0 is off. */
  readonly maxConnectionAgeMs?: number;
  /** `MAX_CONNECTION_AGE_GRACE_MS`; 0: no limit. */
  readonly maxConnectionAgeGraceMs?: number;
}

/** A kind of container: those of a Deployment that do the same. */
export interface ContainerKind {
  /** The Deployment that its pod belongs to: `client`, `backend`, or the proxies' own. */
  readonly deployment: string;
  /** `proxy`: calls pass through it; `agent`: it brings configuration and certificates alone. */
  readonly role: "app" | "proxy" | "agent";
}

/** What a container has used. */
export interface ContainerUsage extends ContainerKind {
  readonly pod: string;
  readonly container: string;
  /** When the figures were taken, ms since 1970 by a clock of the stage's. */
  readonly atMs: number;
  /** CPU time since the container's start. */
  readonly cpuMs: number;
  /** Memory that counts against its limit. */
  readonly memoryBytes: number;
}

/** A pod as a deployment knows it. */
export interface Pod {
  readonly name: string;
  readonly ip: string;
  /** `host:port` where its calls are answered: by its proxy where it has one, else by its application. */
  readonly grpcAddress: string;
  /** `host:port` of the application's admin port (`/readyz`, `/metrics`). */
  readonly adminAddress: string;
  readonly zone: string;
  readonly version: string;
  readonly ready: boolean;
}

/** A pod's life, timed on the lab's monotonic clock. */
export interface DeploymentEvent {
  readonly atMs: number;
  readonly kind: "pod-added" | "pod-ready" | "pod-terminating" | "pod-crashed" | "pod-gone";
  readonly pod: string;
}
