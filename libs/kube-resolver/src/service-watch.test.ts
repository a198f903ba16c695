import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeApi, type KubeApiOptions } from "@grpc-lb-lab/kube-api";
import { expect, test, vi } from "vitest";
import type { KubernetesResolverOptions } from "./options.ts";
import { ServiceWatch } from "./service-watch.ts";

/** For a machine whose cores are busy with something else. */
const PATIENT = { timeout: 60_000 };

const service = { name: "backend", namespace: "shop", ports: [{ name: "grpc", port: 50_051 }] };

/** A watch of a Service of a local API server; everything is closed together. */
class WatchedApi implements AsyncDisposable {
  api: KubeApi;
  readonly watch: ServiceWatch;
  /** The failure, if any, in each change that the watch reported. */
  readonly changes: (string | undefined)[] = [];

  private constructor(api: KubeApi, settings: KubernetesResolverOptions) {
    this.api = api;
    this.publish("10.0.0.1");
    const locate = () => ({ server: new URL(api.url), credentials: {} });
    const quick = { initialBackoffMs: 10, maxBackoffMs: 20, ...settings };
    this.watch = new ServiceWatch({ namespace: "shop", service: "backend", locate, settings: quick }, () => {
      this.changes.push(this.watch.state.failure);
    });
  }

  static async start(settings: KubernetesResolverOptions = {}, options: KubeApiOptions = {}): Promise<WatchedApi> {
    return new WatchedApi(await KubeApi.listen(options), settings);
  }

  publish(...addresses: string[]): void {
    const conditions = { ready: true, serving: true, terminating: false };
    this.api.setEndpoints(
      service,
      addresses.map((address) => ({ address, ...conditions })),
      { maxEndpointsPerSlice: 1 },
    );
  }

  /** Restarts the API server at its port with another history. */
  async restartApi(options: KubeApiOptions): Promise<void> {
    const { hostname, port } = new URL(this.api.url);
    await this.api.close();
    this.api = await KubeApi.listen({ host: hostname, port: Number(port), ...options });
  }

  /** Waits until the watch is open and knows exactly these addresses. */
  async expectAddresses(...addresses: string[]): Promise<void> {
    await vi.waitFor(
      () => {
        const endpoints = this.watch.state.slices?.flatMap((slice) => slice.endpoints ?? []) ?? [];
        expect(endpoints.flatMap((endpoint) => endpoint.addresses).sort()).toEqual(addresses);
        expect(this.api.openWatches).toBe(1);
        expect(this.watch.state.failure).toBeUndefined();
      },
      { timeout: 60_000 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watch.stop();
    await this.api.close();
  }
}

test("one list and one watch follow creation, change and deletion of slices", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.publish("10.0.0.1", "10.0.0.2");
  await watched.expectAddresses("10.0.0.1", "10.0.0.2");
  watched.publish("10.0.0.2");
  await watched.expectAddresses("10.0.0.2");
  expect(watched.api.requestCounts).toEqual({ get: 0, list: 1, watch: 1, other: 0 });
});

test("the watch asks for bookmarks from the version of the list on, for five to ten minutes", async () => {
  await using watched = await WatchedApi.start({}, { firstResourceVersion: 100 });
  await watched.expectAddresses("10.0.0.1");
  const query = new URL(watched.api.requests[1]?.url ?? "", watched.api.url).searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: "101",
    labelSelector: "kubernetes.io/service-name=backend",
  });
  expect(Number(query.get("timeoutSeconds"))).toBeGreaterThanOrEqual(300);
  expect(Number(query.get("timeoutSeconds"))).toBeLessThanOrEqual(600);
});

test.each([
  ["a watch that ends", (api: KubeApi) => api.faults.endWatches()],
  ["a cut connection", (api: KubeApi) => api.faults.cutWatches()],
  ["a connection cut in the middle of a line", (api: KubeApi) => api.faults.cutWatches({ midLine: true })],
])("after %s it watches on from the latest version, without a list", async (_, breakWatch) => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  breakWatch(watched.api);
  watched.publish("10.0.0.2");
  await watched.expectAddresses("10.0.0.2");
  expect(watched.api.requestCounts.list).toBe(1);
});

test("a bookmark moves the version on from which the next watch starts", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.api.setEndpoints({ ...service, name: "other" }, []);
  const latest = Math.max(...watched.api.slices.map(({ metadata }) => Number(metadata.resourceVersion)));
  watched.api.faults.endWatches();
  await vi.waitFor(() => expect(watched.api.requests[2]?.url).toContain(`resourceVersion=${latest}&`), PATIENT);
});

test.each(["event", "status"] as const)(
  "a version that is gone (410 as %s) leads to a new list at once",
  async (answer) => {
    await using watched = await WatchedApi.start({ initialBackoffMs: 60_000, maxBackoffMs: 60_000 });
    await watched.expectAddresses("10.0.0.1");
    watched.api.faults.expiredAnswer = answer;
    watched.publish("10.0.0.2");
    await watched.expectAddresses("10.0.0.2");
    watched.api.faults.endWatches();
    watched.api.faults.expireHistory();
    watched.publish("10.0.0.3");
    await watched.expectAddresses("10.0.0.3");
    expect(watched.api.requestCounts.list).toBe(2);
  },
);

test("410 in an open watch leads to a new list", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.api.faults.expireHistory({ tellWatches: true });
  watched.publish("10.0.0.2");
  await watched.expectAddresses("10.0.0.2");
  expect(watched.api.requestCounts.list).toBe(2);
});

test("an event that is no JSON leads to a new list", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.api.faults.garbleWatches();
  await vi.waitFor(() => expect(watched.api.requestCounts).toMatchObject({ list: 2, watch: 2 }), PATIENT);
  expect(watched.changes).toContainEqual(expect.stringContaining("not JSON or was cut short"));
  await watched.expectAddresses("10.0.0.1");
});

test("a list that is cut short is tried again", async () => {
  await using watched = await WatchedApi.start();
  watched.api.faults.truncateNextLists(2);
  await watched.expectAddresses("10.0.0.1");
  expect(watched.api.requestCounts.list).toBe(3);
});

test.each([429, 500, 503, 504])("status %i is survived at the list and at the watch", async (statusCode) => {
  await using watched = await WatchedApi.start();
  watched.api.faults.failNext(2, statusCode);
  await watched.expectAddresses("10.0.0.1");
  expect(watched.api.requestCounts).toMatchObject({ list: 3, watch: 1 });
  watched.api.faults.failNext(2, statusCode);
  watched.api.faults.cutWatches();
  watched.publish("10.0.0.2");
  await watched.expectAddresses("10.0.0.2");
  expect(watched.api.requestCounts.list).toBe(3);
});

test("it waits as long as Retry-After asks", async () => {
  await using watched = await WatchedApi.start();
  watched.api.faults.failNext(1, 429, 1);
  const startMs = performance.now();
  await watched.expectAddresses("10.0.0.1");
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(990);
});

test("a half-open watch is given up after the idle bound", async () => {
  await using watched = await WatchedApi.start({ idleTimeoutMs: 100 });
  await watched.expectAddresses("10.0.0.1");
  watched.api.faults.stalled = true;
  watched.publish("10.0.0.2");
  watched.api.faults.stalled = false;
  await watched.expectAddresses("10.0.0.2");
  expect(watched.api.requestCounts.list).toBe(1);
});

test("an API server that never answers is reported and tried again", async () => {
  await using watched = await WatchedApi.start({ responseTimeoutMs: 100 });
  watched.api.faults.stalled = true;
  await vi.waitFor(
    () => expect(watched.changes).toContainEqual(expect.stringContaining("no data arrived for 100 ms")),
    PATIENT,
  );
  watched.api.faults.stalled = false;
  await watched.expectAddresses("10.0.0.1");
});

test("a watch that ends as soon as it is open is not opened again without a wait", async () => {
  await using watched = await WatchedApi.start({ initialBackoffMs: 60_000, maxBackoffMs: 60_000 });
  await watched.expectAddresses("10.0.0.1");
  watched.api.faults.cutWatches();
  await vi.waitFor(() => expect(watched.watch.state.failure).toContain("cannot watch"), PATIENT);
  expect(watched.api.requestCounts.watch).toBe(1);
});

test("nothing is reported and no connection stays after stop", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.watch.stop();
  const changes = watched.changes.length;
  watched.publish("10.0.0.2");
  await vi.waitFor(() => expect(watched.api.openWatches).toBe(0), PATIENT);
  expect(watched.changes).toHaveLength(changes);
});

test("events that arrive together are reported as one change", async () => {
  await using watched = await WatchedApi.start();
  await watched.expectAddresses("10.0.0.1");
  watched.api.faults.cutWatches();
  watched.publish("10.0.0.2", "10.0.0.3", "10.0.0.4");
  await watched.expectAddresses("10.0.0.2", "10.0.0.3", "10.0.0.4");
  // The list, perhaps the cut and its end, and one change for all events.
  expect(watched.changes.length).toBeLessThanOrEqual(4);
});

test.each([
  ["the check of a silent watch", { silenceCheckMs: 50 }, {}],
  ["a bookmark", {}, { bookmarkIntervalMs: 50 }],
])("a version that goes back is found by %s, and leads to a new list", async (_, settings, options) => {
  await using watched = await WatchedApi.start(settings, { ...options, firstResourceVersion: 5_000 });
  await watched.expectAddresses("10.0.0.1");
  await watched.restartApi({ ...options, firstResourceVersion: 300 });
  watched.publish("10.0.0.2");
  await watched.expectAddresses("10.0.0.2");
  watched.publish("10.0.0.3");
  await watched.expectAddresses("10.0.0.3");
});

test.each(["as an answer", "as an event"])(
  "a version too large for the API server, %s, leads to a new list",
  async (how) => {
    const error = { kind: "Status", code: 504, message: "Timeout: Too large resource version: 5000, current: 300" };
    let lists = 0;
    await using server = await listen((url, response) => {
      if (url.searchParams.get("watch") === null) {
        lists += 1;
        response.end(JSON.stringify({ metadata: { resourceVersion: lists === 1 ? "5000" : "300" }, items: [] }));
      } else if (url.searchParams.get("resourceVersion") !== "5000") response.flushHeaders();
      else if (how === "as an answer") response.writeHead(504).end(JSON.stringify(error));
      else response.end(`${JSON.stringify({ type: "ERROR", object: error })}\n`);
    });
    const locate = () => ({ server: new URL(server.url), credentials: {} });
    const settings = { initialBackoffMs: 60_000 };
    const watch = new ServiceWatch({ namespace: "shop", service: "backend", locate, settings }, () => {});
    await vi.waitFor(() => expect(lists).toBe(2), PATIENT);
    watch.stop();
  },
);

/** A bare HTTP server for answers that {@link KubeApi} does not give. */
async function listen(answer: (url: URL, response: ServerResponse) => void) {
  const server = createServer((request, response) => answer(new URL(request.url ?? "", "http://localhost"), response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
