export type { ContainersDeployment } from "./containers-deployment.ts";
export * from "./containers-stage.ts";
export { CONTAINERS_TIMINGS } from "./containers-timings.ts";
