import { status } from "@grpc/grpc-js";
import { register as registerXds } from "@grpc/grpc-js-xds";
import { expect, test, vi } from "vitest";
import { register } from "./register.ts";
import { AdsServer, type Message } from "./testing/ads-server.ts";
import { callsOfHoldingPod } from "./testing/calls-of-holding-pod.ts";
import { TestClient } from "./testing/test-channel.ts";
import { startPods, type TestPod } from "./testing/test-pod.ts";

registerXds();
register();

const ads = { ads: {}, resource_api_version: "V3" };

/** A policy of ours in the message that carries those that Envoy's API does not know (gRFC A52). */
const typedStruct = (name: string, value: object): Message => ({
  "@type": "xds.type.v3.TypedStruct",
  type_url: `type.googleapis.com/${name}`,
  value: struct(value),
});

/** As `google.protobuf.Struct`, whose fields protobufjs names in camel case. */
function struct(value: object): object {
  return { fields: Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structValue(each)])) };
}

function structValue(value: unknown): object {
  if (typeof value === "number") return { numberValue: value };
  if (typeof value === "string") return { stringValue: value };
  return { structValue: struct(value as object) };
}

const policies = (...typed: Message[]) => ({
  policies: typed.map((typed_config, index) => ({ typed_extension_config: { name: `p${index}`, typed_config } })),
});

/** A service "backend" over pods in two localities, balanced by the first policy that the client knows. */
function resources(pods: readonly TestPod[], ...typed: Message[]): Message[] {
  const router = { "@type": "envoy.extensions.filters.http.router.v3.Router" };
  const connectionManager = {
    "@type": "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    http_filters: [{ name: "router", typed_config: router }],
    route_config: {
      name: "backend",
      virtual_hosts: [
        { name: "backend", domains: ["*"], routes: [{ match: { prefix: "" }, route: { cluster: "backend" } }] },
      ],
    },
  };
  const localities = [pods.slice(0, 1), pods.slice(1)].map((of, index) => ({
    locality: { zone: `z${index}` },
    load_balancing_weight: { value: 1 },
    lb_endpoints: of.map(({ port }) => ({
      endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } },
    })),
  }));
  return [
    {
      "@type": "envoy.config.listener.v3.Listener",
      name: "backend",
      api_listener: { api_listener: connectionManager },
    },
    {
      "@type": "envoy.config.cluster.v3.Cluster",
      name: "backend",
      type: "EDS",
      eds_cluster_config: { eds_config: ads },
      load_balancing_policy: policies(...typed),
    },
    {
      "@type": "envoy.config.endpoint.v3.ClusterLoadAssignment",
      cluster_name: "backend",
      endpoints: localities,
    },
  ];
}

/** A client of `xds:///backend`, with a plane of its own instead of the process's. */
function xdsClient(plane: AdsServer): TestClient {
  return new TestClient("xds:///backend", {
    "grpc.TEST_ONLY_DO_NOT_USE_IN_PROD.xds_bootstrap_config": plane.bootstrap,
  });
}

/** How many of 600 calls one of five pods gets that holds on to its calls, and has a locality of its own. */
async function callsOfSlow(...typed: Message[]): Promise<number> {
  using pods = await startPods(5);
  using plane = await AdsServer.start(resources(pods, ...typed));
  using client = xdsClient(plane);
  const calls = await callsOfHoldingPod(client, pods, 600);
  expect(plane.nacks).toEqual([]);
  return calls;
}

const leastRequest = (value: object) => typedStruct("least_request_experimental", value);
const roundRobin: Message = { "@type": "envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin" };

test("round_robin, for comparison, gives a slow pod a fifth", async () => {
  expect(await callsOfSlow(roundRobin)).toBe(120);
});

test("a TypedStruct names the policy and carries its settings, over all localities", async () => {
  // Drawn twice in one of 25 picks, 24 of 600 on average: none or up to 2 with a chance below 2e-8, 54 and more below 1e-8.
  const withTwo = await callsOfSlow(leastRequest({}));
  expect(withTwo).toBeGreaterThan(2);
  expect(withTwo).toBeLessThan(54);
  // Drawn ten times in one of 5^10 picks, once it has a call: a second one with a chance below 1e-4 (600 / 5^10 = 6e-5).
  expect(await callsOfSlow(leastRequest({ choiceCount: 10 }))).toBeLessThanOrEqual(2);
  expect(await callsOfSlow(typedStruct("peak_ewma", { decayMs: 200 }))).toBeLessThan(54);
});

test("a policy that is not registered is passed over", async () => {
  expect(await callsOfSlow(typedStruct("power_of_none", {}), leastRequest({ choiceCount: 10 }))).toBeLessThanOrEqual(2);
});

test("within WrrLocality each locality has its weight, and the policy chooses inside", async () => {
  const wrrLocality: Message = {
    "@type": "envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality",
    endpoint_picking_policy: policies(leastRequest({})),
  };
  // Half of 600 go to the locality of the slow pod, by a draw for each call: a standard deviation of 12.2, 6 of them.
  expect(Math.abs((await callsOfSlow(wrrLocality)) - 300)).toBeLessThan(74);
});

test.each([
  ["wrong settings", leastRequest({ choiceCount: 1 }), "choiceCount is 1, but must be a whole number from 2"],
  [
    "Envoy's own message, which grpc-js-xds does not know",
    { "@type": "envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest" },
    "No registered LB policy found in list",
  ],
])("%s: rejected (NACK), and calls fail", async (_what, typed, reason) => {
  using pods = await startPods(1);
  using plane = await AdsServer.start(resources(pods, typed));
  using client = xdsClient(plane);
  expect(await client.code()).toBe(status.UNAVAILABLE);
  await vi.waitFor(() => expect(plane.nacks[0]?.reason).toContain(reason), { timeout: 60_000 });
});
