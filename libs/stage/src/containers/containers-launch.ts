import type { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { PodIdentity } from "../deployment/workload.ts";
import type { ModeName } from "../mode.ts";
import type { StageTiming } from "../stage.ts";
import type { ContainerSession } from "./container-session.ts";
import type { ContainersTimingName, ContainersTimings } from "./containers-timings.ts";
import type { LabContainer } from "./lab-container.ts";
import type { StageImages } from "./stage-images.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** The pods' gRPC port, and the Service's. */
export const GRPC_PORT = 50_051;
/** Where an application listens behind its pod's proxy. */
export const APP_PORT_BEHIND_PROXY = 50_151;
export const ADMIN_PORT = 9_090;
export const ENVOY_ADMIN_PORT = 15_000;

/** What a launcher may use to bring up its mode. */
export interface ContainersContext {
  readonly mode: ModeName;
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  readonly session: ContainerSession;
  readonly images: StageImages;
  readonly registry: EndpointRegistry;
  readonly problems: ProblemLog;
  readonly timings: ContainersTimings;
  /** Attempts that proxies or the control plane add; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A mode's own part of a deployment: what stands between the client and the pods. */
export interface ContainersLaunch {
  readonly target: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Timings that can be set and matter under this mode, beside those that always do. */
  readonly timingNames: readonly ContainersTimingName[];
  /** Timings of this mode that are what they are. */
  readonly fixedTimings?: Readonly<Record<string, StageTiming>>;
  readonly simulated: readonly string[];
  /** Names by which the engine's DNS knows every pod. */
  readonly podAliases?: readonly string[];
  /** Starts the proxy of a pod, which has the pod's place in the network; resolves when the application can share that. It ends after it. */
  startPodProxy?(pod: PodIdentity, ip: string): Promise<WatchedContainer>;
  /** Called once all first pods are ready. */
  podsReady?(): Promise<void>;
  /** Whose place in the network clients share; undefined: each has its own. */
  clientPlace?(): LabContainer;
  /** Cuts what tells clients and proxies of the pods; disposing the result heals that. Undefined: nothing does but the engine's DNS. */
  cutControlPlane?(): Promise<AsyncDisposable>;
}

/** Brings up one mode on the containers stage. What it makes ends with the session. */
export type ContainersLauncher = (context: ContainersContext) => Promise<ContainersLaunch>;
