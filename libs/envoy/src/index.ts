export * from "./bootstrap.ts";
export * from "./envoy-binary.ts";
export * from "./envoy-process.ts";
export * from "./find-envoy.ts";
export * from "./start-envoy.ts";
