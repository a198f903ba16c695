export * from "./bootstrap.ts";
export * from "./envoy-arguments.ts";
export * from "./envoy-process.ts";
export * from "./envoy-program.ts";
export * from "./start-envoy.ts";
