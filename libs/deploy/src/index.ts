export * from "./chart.ts";
export * from "./deploy.ts";
export * from "./diff-overlays.ts";
export * from "./overlay.ts";
export * from "./release.ts";
