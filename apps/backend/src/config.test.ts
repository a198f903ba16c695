import { envTable, everyAddress } from "@grpc-lb-lab/rpc";
import { expect, test } from "vitest";
import { backendSettings, loadConfig } from "./config.ts";

test("an empty environment gives the defaults of the design", () => {
  expect(loadConfig({ POD_NAME: "pod-a" })).toEqual({
    host: everyAddress(),
    grpcPort: 50051,
    adminPort: 9090,
    connections: { kind: "plain", maxConnectionAgeMs: 0, maxConnectionAgeGraceMs: 0, keepaliveMs: 0 },
    drain: { delayMs: 0, graceMs: 20_000 },
    identity: { pod: "pod-a", ip: "", node: "", zone: "", version: "" },
    logLevel: "info",
    workMs: 0,
    workCpuMs: 0,
    workAtOnce: 0,
    faults: false,
  });
});

test("all mistakes are reported together", () => {
  const env = { GRPC_PORT: "x", GRPC_SERVER: "tls", FAULTS: "true", LOG_LEVEL: "loud", WORK_MS: "-1" };
  for (const [name, value] of Object.entries(env)) {
    expect(() => loadConfig(env)).toThrow(`${name}=${JSON.stringify(value)} must be`);
  }
});

test("the table names every variable once", () => {
  expect(envTable(backendSettings).map(({ name }) => name)).toEqual([
    "GRPC_PORT",
    "HOST",
    "ADMIN_PORT",
    "GRPC_SERVER",
    "MAX_CONNECTION_AGE_MS",
    "MAX_CONNECTION_AGE_GRACE_MS",
    "SERVER_KEEPALIVE_MS",
    "DRAIN_DELAY_MS",
    "SHUTDOWN_GRACE_MS",
    "LOG_LEVEL",
    "POD_NAME",
    "POD_IP",
    "NODE_NAME",
    "ZONE",
    "VERSION",
    "WORK_MS",
    "WORK_CPU_MS",
    "WORK_AT_ONCE",
    "FAULTS",
  ]);
});
