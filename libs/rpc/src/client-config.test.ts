import { expect, test } from "vitest";
import { clientSettings, loadClientConfig } from "./client-config.ts";
import { serviceConfig } from "./service-config.ts";
import { envTable } from "./settings.ts";

test("a target alone gives gRPC's own defaults and a deadline", () => {
  expect(loadClientConfig({ BACKEND_TARGET: "backend:50051" })).toEqual({
    target: "backend:50051",
    lbPolicy: "pick_first",
    deadlineMs: 5_000,
    retry: { kind: "off" },
    keepaliveMs: 0,
    dnsMinIntervalMs: 30_000,
    serviceConfig: {},
  });
});

test("fields of a service config take the place of those that the settings make", () => {
  const own = { retryThrottling: { maxTokens: 10, tokenRatio: 0.1 }, methodConfig: [{ name: [{}], timeout: "0.2s" }] };
  const env = { BACKEND_TARGET: "b:1", BACKEND_RETRY: "3", BACKEND_SERVICE_CONFIG: JSON.stringify(own) };
  expect(serviceConfig(loadClientConfig(env))).toEqual({ loadBalancingConfig: [{ pick_first: {} }], ...own });
});

test.each(["not JSON", "[]", "3"])("a service config that is %s is told", (given) => {
  const env = { BACKEND_TARGET: "b:1", BACKEND_SERVICE_CONFIG: given };
  expect(() => loadClientConfig(env)).toThrow(/BACKEND_SERVICE_CONFIG.*must be/);
});

test.each([
  ["off", { kind: "off" }],
  ["2", { kind: "retry", maxAttempts: 2 }],
  ["5", { kind: "retry", maxAttempts: 5 }],
  ["hedge:3", { kind: "hedge", maxAttempts: 3 }],
])("BACKEND_RETRY=%s", (given, retry) => {
  expect(loadClientConfig({ BACKEND_TARGET: "b:1", BACKEND_RETRY: given }).retry).toEqual(retry);
});

test("all mistakes are reported together", () => {
  const env = {
    BACKEND_LB_POLICY: "roundrobin",
    BACKEND_DEADLINE_MS: "0",
    BACKEND_RETRY: "6",
    BACKEND_KEEPALIVE_MS: "1s",
    BACKEND_DNS_MIN_INTERVAL_MS: "-1",
  };
  expect(() => loadClientConfig(env)).toThrow(
    /^wrong environment: BACKEND_TARGET is required: .*; BACKEND_LB_POLICY="roundrobin" must be one of pick_first, round_robin, weighted_round_robin, least_request, peak_ewma \(grpc-js itself would silently use pick_first for an unknown policy\); BACKEND_DEADLINE_MS="0" .*; BACKEND_RETRY="6" must be off, .*; BACKEND_KEEPALIVE_MS="1s" .*; BACKEND_DNS_MIN_INTERVAL_MS="-1" /,
  );
});

test.each(["1", "6", "hedge", "hedge:1", "on", "3.0", "offhedge:2"])("BACKEND_RETRY=%s is refused", (given) => {
  expect(() => loadClientConfig({ BACKEND_TARGET: "b:1", BACKEND_RETRY: given })).toThrow(
    "must be off, a number of attempts",
  );
});

test("a target's mistake is explained", () => {
  expect(() => loadClientConfig({ BACKEND_TARGET: "backend" })).toThrow(
    'BACKEND_TARGET="backend" must end in a host and a port',
  );
});

test("a DNS server in the target needs grpc-js's alternative resolver", () => {
  const BACKEND_TARGET = "dns://127.0.0.1:5353/backend:50051";
  expect(() => loadClientConfig({ BACKEND_TARGET })).toThrow("GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true");
  expect(loadClientConfig({ BACKEND_TARGET, GRPC_NODE_USE_ALTERNATIVE_RESOLVER: "true" }).target).toBe(BACKEND_TARGET);
});

test("every variable of a client is in the table", () => {
  expect(envTable(clientSettings).map(({ name }) => name)).toEqual([
    "BACKEND_TARGET",
    "BACKEND_LB_POLICY",
    "BACKEND_DEADLINE_MS",
    "BACKEND_RETRY",
    "BACKEND_KEEPALIVE_MS",
    "BACKEND_DNS_MIN_INTERVAL_MS",
    "BACKEND_SERVICE_CONFIG",
  ]);
});
