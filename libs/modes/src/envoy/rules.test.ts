import type { EnvoyRules } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { answerOf, answerWhere } from "../testing/answer-of.ts";
import { connectClient } from "../testing/connect-client.ts";
import { freePort } from "../testing/free-port.ts";
import { startPod } from "../testing/start-pod.ts";
import { refusal } from "./refusal.ts";
import { staticBootstrap } from "./static-bootstrap.ts";
import { startTestEnvoy } from "./testing/test-envoy.ts";

const LOOPBACK = "127.0.0.1";
const [V1, V2] = ["127.0.0.2", "127.0.0.3"];
const FAULT = "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";

async function configured(rules: EnvoyRules, port = 1) {
  const listener = { host: LOOPBACK, port: await freePort() };
  const config = staticBootstrap({
    listener,
    admin: { host: LOOPBACK, port: await freePort() },
    backend: { name: LOOPBACK, port },
    versions: { v1: V1, v2: V2 },
    dnsRefreshMs: 1_000,
    proxyRetries: undefined,
    rules,
  });
  return { config, address: `${LOOPBACK}:${listener.port}` };
}

it("obeys rules of every place: filters, routes, the route's action, its connection manager and its clusters", async () => {
  using pod = await startPod(answerWhere);
  const { config, address } = await configured(
    {
      dialect: "Envoy",
      httpFilters: [
        {
          name: "envoy.filters.http.fault",
          typedConfig: {
            "@type": FAULT,
            headers: [{ name: "x-abort", presentMatch: true }],
            abort: { grpcStatus: 14, percentage: { numerator: 100 } },
          },
        },
      ],
      routesBefore: [
        {
          match: { prefix: "/", headers: [{ name: "x-version", stringMatch: { exact: "v1" } }] },
          route: { cluster: "backend-v1" },
        },
      ],
      route: { requestHeadersToAdd: [{ header: { key: "x-lab-seen", value: "added" } }] },
      action: { weightedClusters: { clusters: [{ name: "backend-v2", weight: 1 }] } },
      connectionManager: { serverName: "the lab" },
      cluster: { lbPolicy: "LEAST_REQUEST" },
    },
    pod.port,
  );
  await using envoy = await startTestEnvoy(config);
  using client = await connectClient(address);
  expect(await answerOf(client, { "x-abort": "yes" })).toMatchObject({ "grpc-status": "14", server: "the lab" });
  expect(await answerOf(client, { "x-version": "v1" })).toMatchObject({ pod: V1, seen: "" });
  expect(await answerOf(client)).toMatchObject({ pod: V2, seen: "added" });
  expect(
    (await envoy.ask("/config_dump?resource=static_clusters")).match(/"lb_policy": "LEAST_REQUEST"/g),
  ).toHaveLength(3);
});

it("says why it does not come up, without its whole configuration", async () => {
  const { config } = await configured({ dialect: "Envoy", cluster: { lbPolicy: "NONSENSE" } });
  const failure: Error = await startTestEnvoy(config).then(Promise.reject, (error) => error);
  const { by, reason } = refusal(failure.message);
  expect([by, reason.length < 300]).toEqual(["Envoy", true]);
  expect(reason).toContain("unknown enum value: 'NONSENSE'");
});

it("says why it does not read its file, without what it has read", () => {
  const read = `Unable to parse JSON as proto (INVALID_ARGUMENT: invalid JSON near 1:2763: unexpected character: 't'): {"admin":{"address":{}}}`;
  expect(refusal(read).reason).toBe(
    "Unable to parse JSON as proto (INVALID_ARGUMENT: invalid JSON near 1:2763: unexpected character: 't')",
  );
});
