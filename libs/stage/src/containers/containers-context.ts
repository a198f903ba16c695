import type { App, Rules } from "@grpc-lb-lab/stage-api";
import type { EndpointRegistry } from "../deployment/endpoint-registry.ts";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { ContainerSession } from "./container-session.ts";
import type { ContainersTimings } from "./containers-timings.ts";
import type { StageImages } from "./stage-images.ts";

/** The pods' gRPC port, and the Service's. */
export const GRPC_PORT = 50_051;
/** Where an application listens behind its pod's proxy. */
export const APP_PORT_BEHIND_PROXY = 50_151;
export const ADMIN_PORT = 9_090;
/** Every proxy's admin port, if it has one. */
export const PROXY_ADMIN_PORT = 15_000;

/** What all of a deployment in containers is made with. What it makes ends with the session. */
export interface ContainersContext {
  /** The name of the mode. */
  readonly mode: string;
  /** What the pods run. */
  readonly app: App;
  /** `lab-<mode>`, as in the overlays. */
  readonly namespace: string;
  readonly session: ContainerSession;
  readonly images: StageImages;
  readonly registry: EndpointRegistry;
  readonly problems: ProblemLog;
  readonly timings: ContainersTimings;
  /** Attempts that proxies or the control plane add; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  /** One of the variants of the mode's proxy; undefined: as the mode has it. */
  readonly proxyVariant: string | undefined;
  /** How many workers of the mode's proxy pick for themselves. */
  readonly proxyWorkers: number;
  /** Traffic rules that are asked for; undefined: none. */
  readonly rules: Rules | undefined;
  /** How many of the first pods are of version v2. */
  readonly canaryPods: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}
