import type { DeploymentContext } from "../deployment/deployment-context.ts";
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
export interface ContainersContext extends DeploymentContext {
  readonly session: ContainerSession;
  readonly images: StageImages;
  readonly timings: ContainersTimings;
  readonly seed: number;
}
