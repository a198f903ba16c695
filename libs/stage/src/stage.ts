import type { CallRecord } from "@grpc-lb-lab/measure";
import type { LoadSpec } from "./load/load-spec.ts";
import type { ModeName } from "./mode.ts";

/** Where modes run. A stage knows nothing of experiments; experiments know stages only through this. */
export interface Stage {
  readonly name: "local" | "containers" | "kubernetes";
  /** Names that {@link StartOptions.timings} may have here; the stage's other delays are what they are. */
  readonly settableTimings: readonly string[];
  /** What {@link Deployment.fault} can do to a pod here. */
  readonly faults: readonly (keyof Fault)[];
  /** Whether {@link Deployment.containerUsage} can be asked here, and {@link StartOptions.mutualTls} set. */
  readonly metersContainers: boolean;
  /** Starts a mode and resolves when every pod is ready. Aborting `signal` ends what was started and rejects. */
  start(mode: ModeName, options: StartOptions): Promise<Deployment>;
}

/** How a stage is to start a mode. */
export interface StartOptions {
  /** How many pods at first. */
  readonly pods: number;
  /** The applications' environment (`MAX_CONNECTION_AGE_MS`, `BACKEND_RETRY`, …) on top of the mode's own; pods and client alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** Overrides of the stage's timings, by name; a stage refuses a name that it does not have. */
  readonly timings?: Readonly<Record<string, number>>;
  /** Attempts that the mode's proxy or control plane retries by itself (Istio: 2). Undefined: as the mode has it. */
  readonly proxyRetries?: number | undefined;
  /** Whether calls are to be encrypted and both sides authenticated, where Istio does that. Undefined: as the mode is deployed. */
  readonly mutualTls?: "on" | "off" | undefined;
  readonly signal: AbortSignal;
}

/** A running mode: pods, proxies, control plane. Disposing it leaves no process and no port behind. */
export interface Deployment extends AsyncDisposable {
  readonly mode: ModeName;
  /** The client's target as a client of this deployment has it. */
  readonly target: string;
  /** Stage timings in force, by name (`endpointLagMs`, `dnsTtlMs`), each beside the default of the thing it stands for. */
  readonly timings: Readonly<Record<string, StageTiming>>;
  /** What stands in for the real thing, in words. */
  readonly simulated: readonly string[];
  /** Environment that a client program of this mode needs: `BACKEND_TARGET`, `BACKEND_LB_POLICY`, bootstrap, … */
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Settings of the servers that are in force because they are deployed so, whatever was asked; empty where all are as asked. */
  readonly deployed: DeployedSettings;
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
  /** Replaces all pods as a Deployment's rolling update does (maxSurge 1, maxUnavailable 0); resolves when the last old pod has ended. */
  restart(options?: { readonly minReadyMs?: number }): Promise<void>;
  /**
   * Sets a pod's fault. Latency, jitter and errors are replaced as one: what is left out is none; `packets` and `paused` stay as they are
   * when they are left out.
   * @throws {InputError} when the stage cannot do it ({@link Stage.faults}), or the pod does not take it.
   */
  fault(pod: string, fault: Fault): Promise<void>;
  /**
   * What the containers that calls pass through have used since their start. How old the figures are is up to the stage: each says when it was taken.
   * @throws {InputError} when the stage cannot tell ({@link Stage.metersContainers}), or is not permitted to know.
   */
  containerUsage(): Promise<readonly ContainerUsage[]>;
}

/** Settings of servers as somebody else has deployed them; undefined: as asked. */
export interface DeployedSettings {
  /** How long a pod that is told to go keeps serving; 0: not at all. */
  readonly drainDelayMs?: number;
  /** `MAX_CONNECTION_AGE_MS`; 0 is off. */
  readonly maxConnectionAgeMs?: number;
}

/** What a container has used. */
export interface ContainerUsage {
  /** The Deployment that its pod belongs to: `client`, `backend`, or the proxies' own. */
  readonly deployment: string;
  /** `proxy`: calls pass through it; `agent`: it brings configuration and certificates alone. */
  readonly role: "app" | "proxy" | "agent";
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

/** A delay of the stage in ms, beside what a cluster has by itself. */
export interface StageTiming {
  readonly value: number;
  readonly default: number;
  /** What the default is the default of. */
  readonly standsFor: string;
}

/** A pod's life, timed on the lab's monotonic clock. */
export interface DeploymentEvent {
  readonly atMs: number;
  readonly kind: "pod-added" | "pod-ready" | "pod-terminating" | "pod-crashed" | "pod-gone";
  readonly pod: string;
}

/** What goes wrong in a pod. The first four are what `PUT /faults` of its admin port takes. */
export interface Fault {
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  /** gRPC status code name, `UNAVAILABLE`. */
  readonly errorCode?: string;
  /** 0 to 1. */
  readonly errorShare?: number;
  /** "dropped": no packet reaches or leaves the pod, and nobody is told, as when its node loses power; "delivered" ends that. */
  readonly packets?: "dropped" | "delivered";
  /** Whether the pod's processes are frozen; its kernel goes on acknowledging packets. */
  readonly paused?: boolean;
}

/** How a load is followed. */
export interface LoadOptions {
  /** Records of calls that were to start longer ago are dropped; default: all are kept. For loads that nobody sums up. */
  readonly keepMs?: number;
}

/** A load under way in a program of its own. */
export interface LoadRun extends AsyncDisposable {
  /** When the schedule began, on the lab's clock. Warm-up calls came before. */
  readonly beganAtMs: number;
  /** Records so far, in order of their ends; grows. */
  readonly records: readonly CallRecord[];
  /** Pods seen in answers. */
  readonly seenPods: ReadonlyMap<string, { readonly zone: string; readonly version: string }>;
  /** Resolves as soon as `matches` the records so far; rejects when the load ends or `signal` aborts before. */
  waitFor(matches: (records: readonly CallRecord[]) => boolean, signal: AbortSignal): Promise<void>;
  /** Stops new calls, lets those in flight end, and resolves as `done` does. */
  stop(): Promise<LoadSummary>;
  /** Resolves when the specification is fulfilled and every record is here. */
  readonly done: Promise<LoadSummary>;
}

/** What is known of a load once it is done. */
export interface LoadSummary {
  readonly warmUpCalls: number;
  /** Whether every pod that was waited for had answered when counting began. */
  readonly warmedUp: boolean;
  /** First message of each gRPC status code that occurred. */
  readonly firstMessages: ReadonlyMap<number, string>;
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
}
