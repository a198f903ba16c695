export * from "./istio-manifest.ts";
export * from "./istio-rules.ts";
export * from "./mesh-rules.ts";
