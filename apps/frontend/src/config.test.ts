import { envTable, everyAddress } from "@grpc-lb-lab/rpc";
import { expect, test } from "vitest";
import { frontendSettings, loadConfig } from "./config.ts";

const BACKEND = { BACKEND_TARGET: "backend:50051" };

test("an environment with a target alone gives the defaults of the design", () => {
  expect(loadConfig(BACKEND)).toMatchObject({
    host: everyAddress(),
    httpPort: 3000,
    grpcPort: 50050,
    adminPort: 9090,
    backend: { target: "backend:50051", lbPolicy: "pick_first" },
    deadlines: { defaultMs: 5_000, maxMs: 3_600_000 },
    forwardHeaders: ["traceparent", "tracestate", "x-request-id", "baggage"],
    maxCalls: 10_000,
    http: { maxBodyBytes: 65_536, maxHeaderBytes: 16_384, requestTimeoutMs: 10_000, longestCallMs: 3_600_000 },
    mode: "",
    stageUrl: undefined,
    compareWith: [],
  });
});

test("lists and addresses are read", () => {
  const lists = {
    FORWARD_HEADERS: "Traceparent, x-tenant",
    STAGE_URL: "http://127.0.0.1:7000/",
    COMPARE_WITH: "http://a:1, http://b:2/",
  };
  expect(loadConfig({ ...BACKEND, ...lists })).toMatchObject({
    forwardHeaders: ["traceparent", "x-tenant"],
    stageUrl: "http://127.0.0.1:7000",
    compareWith: ["http://a:1", "http://b:2"],
  });
});

test("all mistakes are reported together", () => {
  const env = {
    BACKEND_LB_POLICY: "random",
    HTTP_PORT: "http",
    FORWARD_HEADERS: "grpc-timeout",
    MAX_BODY_BYTES: "0",
    STAGE_URL: "127.0.0.1:7000",
    COMPARE_WITH: "http://a/path",
  };
  for (const [name, value] of Object.entries(env))
    expect(() => loadConfig(env)).toThrow(`${name}=${JSON.stringify(value)} must be`);
  expect(() => loadConfig(env)).toThrow("BACKEND_TARGET is required");
});

test("the table names every variable once", () => {
  const names = envTable(frontendSettings).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["HTTP_PORT", "BACKEND_TARGET", "FORWARD_HEADERS", "COMPARE_WITH"]));
});
