// What a client needs, apart from what a server needs: a program that only calls starts sooner without metrics, logs and reflection.
export * from "./attempts.ts";
export * from "./call-deadline.ts";
export * from "./client-config.ts";
export * from "./create-client.ts";
