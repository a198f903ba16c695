// What calls cost a pod on purpose, and what it has received: for applications that stand behind a mode.
export * from "./call-work.ts";
export * from "./sleep.ts";
