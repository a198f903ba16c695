import { connectivityState } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { register } from "./register.ts";
import { callOnce } from "./testing/call.ts";
import { expectEvenOver } from "./testing/calls.ts";
import { service, TestLab } from "./testing/test-lab.ts";
import { TestPod } from "./testing/test-pod.ts";

/** For a machine whose cores are busy with something else. */
const PATIENT = { timeout: 60_000 };

test("round_robin spreads calls evenly over the ready endpoints of all slices", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a", "b", "c", "d")));
  await expectEvenOver(lab.client(), "a", "b", "c", "d");
  expect(lab.api.slices.length).toBeGreaterThan(1);
});

test("endpoints that come and go are followed without another list", async () => {
  await using lab = await TestLab.start();
  const [a, b, c] = await lab.startPods("a", "b", "c");
  if (!a || !b || !c) throw new Error("pods did not start");
  lab.publish(a);
  const client = lab.client();
  await expectEvenOver(client, "a");
  lab.publish(a, b, c);
  await expectEvenOver(client, "a", "b", "c");
  lab.publish(b, c);
  await expectEvenOver(client, "b", "c");
  expect(lab.api.requestCounts).toMatchObject({ list: 1, watch: 1 });
});

test("endpoints that serve while they terminate are used only when none is ready", async () => {
  await using lab = await TestLab.start();
  const [a, b, c] = await lab.startPods("a", "b", "c");
  if (!a || !b || !c) throw new Error("pods did not start");
  const terminating = { ready: false, serving: true, terminating: true };
  const unready = { ready: false, serving: false, terminating: false };
  lab.publish(a, { pod: b, ...terminating }, { pod: c, ...unready });
  const client = lab.client();
  await expectEvenOver(client, "a");
  lab.publish({ pod: a, ...unready }, { pod: b, ...terminating }, { pod: c, ...unready });
  await expectEvenOver(client, "b");
});

test.each(["round_robin", "pick_first"])(
  "with %s, calls fail with the reason while no endpoint is ready",
  async (policy) => {
    await using lab = await TestLab.start();
    const [a] = await lab.startPods("a");
    if (!a) throw new Error("pod did not start");
    const unready = { pod: a, ready: false, serving: false, terminating: false };
    lab.publish(unready);
    const client = lab.client("kubernetes:///backend:grpc", policy);
    await expect(callOnce(client)).rejects.toThrow("Service shop/backend: none of its 1 endpoints is ready");
    lab.publish(a);
    await expectEvenOver(client, "a");
    lab.publish();
    a.stop();
    await vi.waitFor(() => expect(callOnce(client)).rejects.toThrow(/it has no pods/), PATIENT);
  },
);

test("a Service that does not exist is named in the failure, and found when it appears", async () => {
  await using lab = await TestLab.start();
  const client = lab.client();
  await expect(callOnce(client)).rejects.toMatchObject({
    code: 14,
    details: expect.stringContaining(
      "Name resolution failed for target kubernetes:///backend:grpc: Service shop/backend: it has no EndpointSlice",
    ),
  });
  lab.publish(...(await lab.startPods("a")));
  await expectEvenOver(client, "a");
});

test("a target with a port that does not exist fails with the ports there are", async () => {
  await using lab = await TestLab.start();
  const [a] = await lab.startPods("a");
  if (!a) throw new Error("pod did not start");
  lab.publish(a);
  await expect(callOnce(lab.client("kubernetes:///backend:http"))).rejects.toThrow(
    `it has no TCP port named "http"; its ports: grpc (${a.port})`,
  );
});

test("pods are reached by port name, port number, or the only port there is", async () => {
  await using lab = await TestLab.start();
  const [a, b] = await lab.startPods("a", "b");
  if (!a || !b) throw new Error("pods did not start");
  lab.publish(a, b);
  await expectEvenOver(lab.client("kubernetes:///backend:grpc"), "a", "b");
  await expectEvenOver(lab.client("kubernetes:///backend"), "a", "b");
  await expectEvenOver(lab.client(`kubernetes:///backend:${b.port}`), "b");
});

test("pods are reached over IPv6", async () => {
  await using lab = await TestLab.start();
  const pod = await TestPod.start("six", "::1");
  try {
    lab.publish(pod);
    await expectEvenOver(lab.client(), "six");
  } finally {
    pod.stop();
  }
});

test("every spelling of a Service shares one watch, which stops with the last channel", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const { host } = new URL(lab.api.url);
  const names = ["/backend:grpc", "/backend.shop:grpc", "/backend", "/backend.shop.svc.cluster.local:grpc"];
  const targets = [...names.map((name) => `kubernetes://${name}`), `kubernetes://${host}/backend`];
  const clients = targets.map((target) => lab.client(target));
  for (const client of clients) expect(await callOnce(client)).toBe("a");
  expect(lab.api.openWatches).toBe(1);
  expect(lab.api.requestCounts).toMatchObject({ list: 1, watch: 1 });
  for (const client of clients.slice(1)) client.close();
  const [last] = clients;
  if (last) expect(await callOnce(last)).toBe("a");
  expect(lab.api.openWatches).toBe(1);
  last?.close();
  await vi.waitFor(() => expect(lab.api.openWatches).toBe(0), PATIENT);
});

test("registering again with the same options keeps the watches, with others starts new ones", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const options = { server: lab.api.url, namespace: "shop" };
  for (const [registered, openWatches] of [
    [options, 1],
    [{ ...options }, 1],
    [{ ...options, maxBackoffMs: 9 }, 2],
  ] as const) {
    register(registered);
    expect(await callOnce(lab.client())).toBe("a");
    await vi.waitFor(() => expect(lab.api.openWatches).toBe(openWatches), PATIENT);
  }
});

test("connections that drop make grpc-js resolve again, which causes no request", async () => {
  await using lab = await TestLab.start();
  const [a] = await lab.startPods("a");
  if (!a) throw new Error("pod did not start");
  lab.publish(a);
  const client = lab.client();
  await expectEvenOver(client, "a");
  a.stop();
  await vi.waitFor(
    () => expect(client.getChannel().getConnectivityState(true)).toBe(connectivityState.TRANSIENT_FAILURE),
    PATIENT,
  );
  const replacement = await TestPod.start("a", a.address, a.port);
  try {
    await vi.waitFor(async () => expect(await callOnce(client)).toBe("a"), { timeout: 60_000 });
    expect(lab.api.requestCounts).toMatchObject({ list: 1, watch: 1 });
  } finally {
    replacement.stop();
  }
});

test("calls go on while the API server is away, and changes made meanwhile are found when it is back", async () => {
  await using lab = await TestLab.start();
  const [a, b] = await lab.startPods("a", "b");
  if (!a || !b) throw new Error("pods did not start");
  lab.publish(a);
  const client = lab.client();
  await expectEvenOver(client, "a");
  await lab.api.close();
  await expectEvenOver(client, "a");
  await lab.restartApi();
  lab.publish(b);
  await expectEvenOver(client, "b");
});

test("endpoints that are known keep serving while a later watch is refused", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const client = lab.client();
  await expectEvenOver(client, "a");
  lab.api.faults.refuse = "forbidden";
  lab.api.faults.cutWatches();
  await vi.waitFor(() => expect(lab.api.requests.at(-1)?.statusCode).toBe(403), PATIENT);
  await expectEvenOver(client, "a");
});

test("an API server that is away at the start is named with the reason, and used once it is there", async () => {
  await using lab = await TestLab.start();
  const { origin } = new URL(lab.api.url);
  await lab.api.close();
  const client = lab.client();
  await expect(callOnce(client)).rejects.toThrow(
    `cannot list EndpointSlices in namespace "shop" at ${origin}: connect ECONNREFUSED`,
  );
  await lab.restartApi();
  lab.publish(...(await lab.startPods("a")));
  await vi.waitFor(async () => expect(await callOnce(client)).toBe("a"), { timeout: 60_000 });
});

test.each([
  ["unauthorized", "401 Unauthorized; check that the token"],
  [
    "forbidden",
    'cannot list resource "endpointslices" in API group "discovery.k8s.io" in the namespace "shop"; bind a Role',
  ],
] as const)("a client that is %s is told which permission it lacks", async (refuse, message) => {
  await using lab = await TestLab.start();
  lab.api.faults.refuse = refuse;
  await expect(callOnce(lab.client())).rejects.toThrow(message);
});

test("another server at the API server's address is told by its 404", async () => {
  await using lab = await TestLab.start();
  await using other = await TestLab.start({ server: `${lab.api.url}/elsewhere` });
  await expect(callOnce(other.client())).rejects.toThrow(
    `at ${lab.api.url}/elsewhere: 404 the server could not find the requested resource; check the URL of the API server`,
  );
});

test("a target that cannot be parsed is refused when the channel is made", async () => {
  await using lab = await TestLab.start();
  expect(() => lab.client("kubernetes:///Backend:grpc")).toThrow('service "Backend" is not a name');
});

test("servers see the target's name as authority", async () => {
  await using lab = await TestLab.start();
  const [a] = await lab.startPods("a");
  if (!a) throw new Error("pod did not start");
  lab.publish(a);
  await callOnce(lab.client("kubernetes:///backend.shop:grpc"));
  expect(a.lastAuthority).toBe("backend.shop");
  await callOnce(lab.client(`kubernetes:///backend:${a.port}`));
  expect(a.lastAuthority).toBe(`backend:${a.port}`);
});

test("the environment alone names API server and namespace", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  vi.stubEnv("KUBERNETES_API_SERVER", lab.api.url);
  vi.stubEnv("KUBERNETES_NAMESPACE", service.namespace);
  await using bare = await TestLab.start({ server: undefined, namespace: undefined });
  expect(await callOnce(bare.client())).toBe("a");
  vi.unstubAllEnvs();
});
