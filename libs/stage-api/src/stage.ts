import type { App } from "./app.ts";
import type { Deployment } from "./deployment.ts";
import type { Fault } from "./fault.ts";
import type { Mode, StageName } from "./mode.ts";
import type { Rules } from "./rules.ts";
import type { TimingName, TimingOverrides } from "./timings.ts";

/** Where modes run. A stage knows nothing of experiments; experiments know stages only through this. */
export interface Stage extends StageTraits {
  /**
   * Starts a mode and resolves when every pod is ready. Aborting `signal` ends what was started and rejects.
   * @throws {InputError} when the mode cannot be brought up here.
   */
  start(mode: Mode, options: StartOptions): Promise<Deployment>;
  /**
   * The versions of what takes part under modes and is not the lab's own, by name, as far as the stage can tell: `Kubernetes`, `Istio`, `envoy`. Left out:
   * whoever finds programs for it knows.
   */
  versions?(modes: readonly Mode[], signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

/** A stage as it is known before it is made. */
export interface StageTraits {
  readonly name: StageName;
  /** What it is, in words: `processes on loopback addresses of this machine`. */
  readonly what: string;
  readonly abilities: StageAbilities;
}

/** What can be asked of a stage, and how its cluster, or what stands in for one, behaves. */
export interface StageAbilities {
  /** Names that {@link StartOptions.timings} may have here; the stage's other delays are what they are. */
  readonly settableTimings: readonly TimingName[];
  /** The delays that exist here but cannot be set, each with the reason: `its DNS is the engine's`. Any other delay does not exist. */
  readonly fixedTimings: Readonly<Partial<Record<TimingName, string>>>;
  /** Of the delays that can be set: which cannot under modes that hear of pods from DNS, each with the reason. */
  readonly fixedForDns: Readonly<Partial<Record<TimingName, string>>>;
  /** What {@link Deployment.fault} can do to a pod here. */
  readonly faults: readonly (keyof Fault)[];
  /** Whether {@link Deployment.containerUsage} can be asked here. */
  readonly metersContainers: boolean;
  /** Whether {@link Deployment.autoscale} can be asked here. */
  readonly autoscales: boolean;
  /** Whether {@link StartOptions.mutualTls} can be set here, where a mesh encrypts calls. */
  readonly switchesMutualTls: boolean;
  /** Whether {@link StartOptions.through} can be set here. */
  readonly startsFrontend: boolean;
  /** The longest that a push (EndpointSlice watch, xDS) takes to reach everyone. */
  readonly pushMs: number;
  /** Whether a dead pod is withdrawn exactly `endpointLagMs` after its end. False: it may be withdrawn sooner. */
  readonly lagIsExact: boolean;
  /** Whether others ask the same DNS, so that its cache may have been filled at any time. */
  readonly dnsIsShared: boolean;
  /** Whether DNS leaves a pod out that answers no packet any more. */
  readonly dnsDropsSilentPods: boolean;
  /** The longest time from a pod's end to a proxy that polls DNS knowing it. Pods must drain as long. */
  readonly dnsNewsMs: number;
  /** How long a rolling update takes for each pod, at most. */
  readonly replacementMs: number;
  /** The shortest time between two resolutions by gRPC with which a rolling update of a few pods is quicker than DNS. */
  readonly outpacedDnsIntervalMs: number;
}

/** How a stage is to start a mode. */
export interface StartOptions {
  /** How many pods at first. */
  readonly pods: number;
  /**
   * What the pods run. Undefined: the greeter, or what is deployed where pods are deployed already.
   * @throws {InputError} from `start`, where other pods are deployed.
   */
  readonly app?: App | undefined;
  /**
   * `frontend`: loads call a frontend by native gRPC, and that calls the pods with the mode's client settings, as an edge does. It takes the greeter's methods
   * alone. Undefined: loads call the pods with those settings themselves.
   * @throws {InputError} from `start`, where the stage starts no frontend ({@link StageAbilities.startsFrontend}).
   */
  readonly through?: "frontend" | undefined;
  /** The applications' environment (`MAX_CONNECTION_AGE_MS`, `BACKEND_RETRY`, …) on top of the mode's own; pods and client alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** Overrides of the stage's timings; a stage refuses one that it cannot set. */
  readonly timings?: TimingOverrides;
  /** Attempts that the mode's proxy or control plane retries by itself (Istio: 2). Undefined: as the mode has it. */
  readonly proxyRetries?: number | undefined;
  /** A variant of the mode's proxy. Undefined: as the mode has it. */
  readonly proxyVariant?: string | undefined;
  /** How many workers of the mode's proxy pick for themselves. Undefined: one. */
  readonly proxyWorkers?: number | undefined;
  /**
   * How many of the pods are of version `v2`; the others are of `v1`. Each version has Services of its own beside `backend`: `backend-v1`, `backend-v2`, and
   * `backend-v1-headless`, `backend-v2-headless`. Undefined: all pods are as they are deployed, and there are no such Services.
   */
  readonly canaryPods?: number | undefined;
  /**
   * Traffic rules that are in force from the start, and taken back with the deployment.
   * @throws {RulesRefusedError} from `start`, where somebody refuses them at once; who refuses them later is in {@link Deployment.refusals}.
   * @throws {InputError} where the mode does not have their dialect, or the stage cannot apply it.
   */
  readonly rules?: Rules | undefined;
  /** Whether calls are to be encrypted and both sides authenticated, where a mesh does that. Undefined: as the mode is deployed. */
  readonly mutualTls?: "on" | "off" | undefined;
  readonly signal: AbortSignal;
}
