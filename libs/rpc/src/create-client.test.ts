import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { type Client, Metadata, status } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { expect, test, vi } from "vitest";
import { readAttempts } from "./attempts.ts";
import { callDeadline } from "./call-deadline.ts";
import { type ClientConfig, loadClientConfig } from "./client-config.ts";
import { channelOptions, createClient } from "./create-client.ts";
import { StatusError } from "./status-error.ts";
import { PATIENT, settled } from "./testing/call.ts";
import { startTestServer, testGreeter } from "./testing/test-server.ts";

test("pick_first stays with one pod, round_robin goes round", async () => {
  await using a = await startTestServer(testGreeter({}, "pod-a"));
  await using b = await startTestServer(testGreeter({}, "pod-b"));
  const target = `ipv4:${a.address},${b.address}`;
  const share = async (policy: string) => {
    const config = loadClientConfig({ BACKEND_TARGET: target, BACKEND_LB_POLICY: policy });
    using open = await opened(config);
    await vi.waitFor(async () => {
      const seen = new Set<string | undefined>();
      for (let calls = 0; calls < 4; calls++) seen.add((await open.call()).pod);
      expect(seen.size).toBe(policy === "pick_first" ? 1 : 2);
    }, PATIENT);
    const counts = new Map<string | undefined, number>();
    for (let calls = 0; calls < 20; calls++) {
      const { pod } = await open.call();
      counts.set(pod, (counts.get(pod) ?? 0) + 1);
    }
    return [...counts.values()];
  };
  expect(await share("pick_first")).toEqual([20]);
  expect(await share("round_robin")).toEqual([10, 10]);
  expect((await share("weighted_round_robin")).length).toBe(2);
  expect((await share("least_request")).length).toBe(2);
});

test("peak_ewma does not go round", async () => {
  await using a = await startTestServer(testGreeter({}, "pod-a"));
  await using b = await startTestServer(testGreeter({}, "pod-b"));
  const target = `ipv4:${a.address},${b.address}`;
  using open = await opened(loadClientConfig({ BACKEND_TARGET: target, BACKEND_LB_POLICY: "peak_ewma" }));
  const pods: (string | undefined)[] = [];
  // Both are called, as pick_first would not, and one of them twice in a row, as round_robin would not.
  await vi.waitFor(async () => {
    pods.push((await open.call()).pod);
    expect(new Set(pods).size).toBe(2);
    expect(pods.slice(pods.indexOf("pod-b")).some((pod, index, all) => pod === all[index + 1])).toBe(true);
  }, PATIENT);
});

test.each([
  ["BACKEND_LB_POLICY=least_request", { BACKEND_LB_POLICY: "least_request" }],
  ["a service config with choiceCount", { BACKEND_SERVICE_CONFIG: leastRequestOf({ choiceCount: 5 }) }],
])("%s: calls under way at one pod send the next to the other", async (_what, env) => {
  const busy = Promise.withResolvers<void>();
  let onHeld: (() => void) | undefined;
  const sayHello = async () => {
    onHeld?.();
    if (onHeld !== undefined) await busy.promise;
    return { servedBy: { pod: "pod-a" } };
  };
  await using a = await startTestServer(testGreeter({ sayHello }));
  await using b = await startTestServer(testGreeter({}, "pod-b"));
  using open = await opened(loadClientConfig({ BACKEND_TARGET: `ipv4:${a.address},${b.address}`, ...env }));
  await vi.waitFor(async () => {
    const seen = new Set<string | undefined>();
    for (let calls = 0; calls < 20; calls++) seen.add((await open.call()).pod);
    expect(seen.size).toBe(2);
  }, PATIENT);
  const calls: Promise<{ pod?: string | undefined }>[] = [];
  // Round robin would hold every second of them.
  while (calls.length < 200) {
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const call = open.call();
    calls.push(call);
    await Promise.race([call, held]);
  }
  busy.resolve();
  const pods = await Promise.all(calls);
  // Least request of two draws one of two pods twice in a quarter of its picks: 50 of 200, with a standard deviation of 6.1.
  expect(pods.filter(({ pod }) => pod === "pod-a").length).toBeLessThan(50 + 6 * 6.1);
});

function leastRequestOf(settings: object): string {
  return JSON.stringify({ loadBalancingConfig: [{ least_request_experimental: settings }] });
}

test("a call that ends UNAVAILABLE is tried again, and the attempts are told", async () => {
  let calls = 0;
  await using pod = await startTestServer(
    testGreeter({ sayHello: () => (++calls < 3 ? unavailable() : { servedBy: { pod: "pod-a" } }) }),
  );
  using open = await opened(loadClientConfig({ BACKEND_TARGET: pod.address, BACKEND_RETRY: "3" }));
  expect(await open.call()).toMatchObject({ code: status.OK, attempts: 3 });
  expect(calls).toBe(3);
});

test("retries end after the most attempts", async () => {
  let calls = 0;
  await using pod = await startTestServer(
    testGreeter({
      sayHello: () => {
        calls++;
        return unavailable();
      },
    }),
  );
  using open = await opened(loadClientConfig({ BACKEND_TARGET: pod.address, BACKEND_RETRY: "2" }));
  expect(await open.call()).toMatchObject({ code: status.UNAVAILABLE, attempts: 2 });
  expect(calls).toBe(2);
});

test.each([
  ["off", status.UNAVAILABLE],
  ["4", status.INTERNAL],
])("with BACKEND_RETRY=%s a call that ends %i is tried once", async (retry, code) => {
  let calls = 0;
  await using pod = await startTestServer(
    testGreeter({
      sayHello: () => {
        calls++;
        throw new StatusError(code, "no");
      },
    }),
  );
  using open = await opened(loadClientConfig({ BACKEND_TARGET: pod.address, BACKEND_RETRY: retry }));
  expect(await open.call()).toMatchObject({ code });
  expect(calls).toBe(1);
});

test("a hedge answers while the first attempt hangs", async () => {
  let calls = 0;
  await using pod = await startTestServer(
    testGreeter({
      sayHello: () => (++calls === 1 ? new Promise(() => {}) : { servedBy: { pod: "pod-a" } }),
    }),
  );
  using open = await opened(loadClientConfig({ BACKEND_TARGET: pod.address, BACKEND_RETRY: "hedge:2" }));
  expect(await open.call()).toMatchObject({ code: status.OK, attempts: 2 });
  expect(calls).toBe(2);
});

test("every call has a deadline", async () => {
  await using pod = await startTestServer(testGreeter({ sayHello: () => new Promise(() => {}) }));
  using open = await opened(loadClientConfig({ BACKEND_TARGET: pod.address, BACKEND_DEADLINE_MS: "50" }));
  expect(await open.call()).toMatchObject({ code: status.DEADLINE_EXCEEDED });
});

test.each([
  [false, 1],
  [true, 2],
])("two clients with ownConnections %s make %i connections", async (ownConnections, connections) => {
  await using pod = await startTestServer();
  await using counter = await countConnections(pod.port);
  const config = loadClientConfig({ BACKEND_TARGET: `127.0.0.1:${counter.port}` });
  using one = await opened(config, { ownConnections });
  using two = await opened(config, { ownConnections });
  for (const open of [one, two]) expect(await open.call()).toMatchObject({ code: status.OK });
  expect(counter.connections()).toBe(connections);
});

test("keepalive and the DNS interval become channel options", () => {
  const options = channelOptions(
    loadClientConfig({ BACKEND_TARGET: "b:1", BACKEND_KEEPALIVE_MS: "60000", BACKEND_DNS_MIN_INTERVAL_MS: "1000" }),
  );
  expect(options).toMatchObject({
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.dns_min_time_between_resolutions_ms": 1_000,
    "grpc.service_config_disable_resolution": 1,
  });
  expect(Object.keys(channelOptions(loadClientConfig({ BACKEND_TARGET: "b:1" }))).join()).not.toContain("keepalive");
});

test("an xds target gets no service config, which xDS would overrule", () => {
  const options = channelOptions(loadClientConfig({ BACKEND_TARGET: "xds:///b:1", BACKEND_RETRY: "3" }));
  expect(options).toEqual({ "grpc.dns_min_time_between_resolutions_ms": 30_000 });
});

test("the scheme of a target brings its resolver", async () => {
  for (const BACKEND_TARGET of ["xds:///backend:50051", "kubernetes:///backend:grpc"]) {
    (await createClient(loadClientConfig({ BACKEND_TARGET }))).close();
  }
});

function unavailable(): never {
  throw new StatusError(status.UNAVAILABLE, "not now");
}

async function opened(config: ClientConfig, options: { ownConnections?: boolean } = {}) {
  const client = await createClient(config, options);
  return { call: () => call(client, config), [Symbol.dispose]: () => client.close() };
}

/** Stands before a server and counts who comes. */
async function countConnections(port: number) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    pipeline(socket, connect(port, "127.0.0.1"), socket, () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** One call and its end. */
async function call(client: Client, config: ClientConfig) {
  const ended = settled<{ servedBy?: { pod: string } }>();
  let attempts = 1;
  const started = serviceClient(GreeterService, client).sayHello(
    { name: "Ada" },
    new Metadata(),
    { deadline: callDeadline(config) },
    ended.callback,
  );
  started.once("metadata", (metadata) => {
    attempts = readAttempts(metadata);
  });
  const end = await ended.ended;
  if (!(end instanceof Error)) return { code: status.OK, pod: end.servedBy?.pod, attempts };
  return { code: end.code, pod: undefined, attempts: Math.max(attempts, readAttempts(end.metadata)) };
}
