import { envTable, everyAddress } from "@grpc-lb-lab/rpc";
import { expect, test } from "vitest";
import { echoSettings, loadConfig } from "./config.ts";

test("an empty environment gives the ports of Istio's sample", () => {
  expect(loadConfig({ POD_NAME: "echo-a" })).toEqual({
    host: everyAddress(),
    grpcPort: 17070,
    plainGrpcPort: 17171,
    httpPorts: [8080, 3333],
    adminPort: 9090,
    connections: { kind: "plain", maxConnectionAgeMs: 0, maxConnectionAgeGraceMs: 0, keepaliveMs: 0 },
    drain: { delayMs: 0, graceMs: 20_000 },
    identity: { pod: "echo-a", version: "", namespace: "", zone: "" },
    logLevel: "info",
    workMs: 0,
    workCpuMs: 0,
    workAtOnce: 0,
    faults: false,
    targets: { namespace: "", asksDnsServers: false, hasXdsBootstrap: false },
  });
});

test.each(["8080,8080", "http", "8080,", "70000"])("HTTP_PORT=%s is refused", (HTTP_PORT) => {
  expect(() => loadConfig({ HTTP_PORT })).toThrow(`HTTP_PORT=${JSON.stringify(HTTP_PORT)} must be`);
});

test("several HTTP ports may be left to the system", () => {
  expect(loadConfig({ HTTP_PORT: "0,0" }).httpPorts).toEqual([0, 0]);
});

test("all mistakes are reported together", () => {
  const env = { GRPC_PORT: "x", PLAIN_GRPC_PORT: "-1", HTTP_PORT: "y", GRPC_SERVER: "tls" };
  for (const [name, value] of Object.entries(env)) {
    expect(() => loadConfig(env)).toThrow(`${name}=${JSON.stringify(value)} must be`);
  }
});

test("the table names every variable of its own", () => {
  expect(envTable(echoSettings).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "GRPC_PORT",
      "PLAIN_GRPC_PORT",
      "HTTP_PORT",
      "ADMIN_PORT",
      "GRPC_SERVER",
      "POD_NAMESPACE",
      "WORK_MS",
      "WORK_CPU_MS",
      "WORK_AT_ONCE",
      "FAULTS",
    ]),
  );
});
