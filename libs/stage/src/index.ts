export * from "./input-error.ts";
export * from "./load/load-message.ts";
export * from "./load/load-spec.ts";
export type { EchoPod } from "./local/echo/echo-pod.ts";
export * from "./local/echo/local-echo.ts";
export * from "./local/local-stage.ts";
export { LOCAL_TIMINGS } from "./local/local-timings.ts";
export * from "./mode.ts";
export * from "./stage.ts";
