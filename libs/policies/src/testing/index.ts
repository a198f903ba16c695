export * from "./evidence.ts";
export * from "./fake-stage.ts";
export * from "./made-up-mode.ts";
export * from "./made-up-policy.ts";
