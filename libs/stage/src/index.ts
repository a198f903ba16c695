export type { EchoPod } from "./local/echo/echo-pod.ts";
export * from "./local/echo/local-echo.ts";
export type { LocalDeployment } from "./local/local-deployment.ts";
export type { LocalFrontend } from "./local/local-frontend.ts";
export * from "./local/local-stage.ts";
export { LOCAL_TIMINGS } from "./local/local-timings.ts";
