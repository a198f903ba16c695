import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { KubeApi } from "./kube-api.ts";

/** For a machine whose cores are busy with something else. */
const PATIENT = { timeout: 60_000 };

const service = { name: "backend", namespace: "shop", ports: [{ name: "grpc", port: 50_051 }] };
const path = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";

function publish(api: KubeApi, ...addresses: string[]) {
  const conditions = { ready: true, serving: true, terminating: false };
  return api.setEndpoints(
    service,
    addresses.map((address) => ({ address, ...conditions })),
  );
}

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly metadata: { readonly resourceVersion: string };
    readonly endpoints: readonly { readonly addresses: readonly string[] }[] | null;
  };
}

/** A watch as a client sees it: its events, one after the other. */
async function* watch(api: KubeApi, query: string): AsyncGenerator<WatchEvent> {
  const response = await fetch(`${api.url}${path}?watch=1&${query}`);
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as WatchEvent;
  }
}

interface Answer {
  readonly message?: string;
  readonly items: readonly object[];
}

async function answerOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

async function next(events: AsyncGenerator<WatchEvent>): Promise<WatchEvent> {
  const { value, done } = await events.next();
  if (done === true) throw new Error("the watch ended");
  return value;
}

async function list(api: KubeApi, query = "") {
  const response = await fetch(`${api.url}${path}?${query}`);
  return { statusCode: response.status, headers: response.headers, body: await answerOf(response) };
}

test("a list holds the selected slices and the version that a watch goes on from", async () => {
  await using api = await KubeApi.listen({ firstResourceVersion: 7 });
  publish(api, "10.0.0.1");
  api.setEndpoints({ ...service, name: "other" }, []);
  api.setEndpoints({ ...service, namespace: "elsewhere" }, []);
  const { body } = await list(api, "labelSelector=kubernetes.io/service-name%3Dbackend");
  expect(body).toMatchObject({ kind: "EndpointSliceList", metadata: { resourceVersion: "10" } });
  expect(body.items).toHaveLength(1);
  expect(body.items[0]).toMatchObject({ addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"] }] });
  expect((await list(api)).body.items).toHaveLength(2);
  const all = await fetch(`${api.url}/apis/discovery.k8s.io/v1/endpointslices`);
  expect((await answerOf(all)).items).toHaveLength(3);
});

test("one slice is got by its name, also by field selector", async () => {
  await using api = await KubeApi.listen();
  publish(api);
  const name = api.slices[0]?.metadata.name;
  const response = await fetch(`${api.url}${path}/${name}`);
  expect(await response.json()).toMatchObject({
    kind: "EndpointSlice",
    metadata: { name },
    endpoints: null,
    ports: null,
  });
  expect((await list(api, `fieldSelector=metadata.name%3D${name}`)).body.items).toHaveLength(1);
  const missing = await fetch(`${api.url}${path}/none`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ kind: "Status", reason: "NotFound" });
});

test("a watch from a version replays what came after it and goes on", async () => {
  await using api = await KubeApi.listen({ firstResourceVersion: 100 });
  publish(api, "10.0.0.1");
  publish(api, "10.0.0.2");
  const events = watch(api, "resourceVersion=101");
  expect(await next(events)).toMatchObject({ type: "MODIFIED", object: { metadata: { resourceVersion: "102" } } });
  api.deleteService(service);
  expect(await next(events)).toMatchObject({
    type: "DELETED",
    object: { kind: "EndpointSlice", metadata: { resourceVersion: "103" }, endpoints: [{ addresses: ["10.0.0.2"] }] },
  });
});

test("a watch without a version begins with what is there", async () => {
  await using api = await KubeApi.listen();
  publish(api, "10.0.0.1");
  const events = watch(api, "resourceVersion=0");
  expect(await next(events)).toMatchObject({ type: "ADDED", object: { endpoints: [{ addresses: ["10.0.0.1"] }] } });
});

test("a watch sees only what it selects", async () => {
  await using api = await KubeApi.listen();
  const events = watch(api, "labelSelector=kubernetes.io/service-name%3Dother");
  const first = next(events);
  await vi.waitFor(() => expect(api.openWatches).toBe(1), PATIENT);
  publish(api, "10.0.0.1");
  api.setEndpoints({ ...service, name: "other" }, []);
  expect((await first).object.endpoints).toBeNull();
});

test("bookmarks tell the version to those who ask for them", async () => {
  await using api = await KubeApi.listen({ bookmarkIntervalMs: 5, firstResourceVersion: 41 });
  api.setEndpoints({ ...service, namespace: "elsewhere" }, []);
  const events = watch(api, "allowWatchBookmarks=true");
  expect(await next(events)).toMatchObject({ type: "BOOKMARK", object: { metadata: { resourceVersion: "42" } } });
});

test("a watch ends after timeoutSeconds", async () => {
  await using api = await KubeApi.listen();
  const events = watch(api, "timeoutSeconds=1");
  expect(await events.next()).toEqual({ value: undefined, done: true });
  await vi.waitFor(() => expect(api.openWatches).toBe(0), PATIENT);
});

test("setting the same endpoints again changes nothing", async () => {
  await using api = await KubeApi.listen();
  expect(publish(api, "10.0.0.1", "10.0.0.2")).toEqual({ created: 1, updated: 0, deleted: 0 });
  const [slice] = api.slices;
  expect(publish(api, "10.0.0.2", "10.0.0.1")).toEqual({ created: 0, updated: 0, deleted: 0 });
  expect(api.slices).toEqual([slice]);
  expect(publish(api, "10.0.0.2")).toEqual({ created: 0, updated: 1, deleted: 0 });
  expect(api.slices[0]?.metadata.generation).toBe(2);
});

test("a version that fell out of the bounded history is gone, as an ERROR event or as HTTP 410", async () => {
  await using api = await KubeApi.listen({ firstResourceVersion: 100, historySize: 2 });
  for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.3"]) publish(api, address);
  expect(await next(watch(api, "resourceVersion=101"))).toMatchObject({ type: "MODIFIED" });
  const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version: 100 (103)" };
  expect(await next(watch(api, "resourceVersion=100"))).toMatchObject({ type: "ERROR", object: expired });
  api.faults.expiredAnswer = "status";
  expect(await list(api, "watch=true&resourceVersion=100")).toMatchObject({ statusCode: 410, body: expired });
});

test("an open watch hears that its history has expired, and ends", async () => {
  await using api = await KubeApi.listen();
  const events = watch(api, "");
  const first = next(events);
  await vi.waitFor(() => expect(api.openWatches).toBe(1), PATIENT);
  api.faults.expireHistory({ tellWatches: true });
  expect(await first).toMatchObject({ type: "ERROR", object: { code: 410 } });
  expect((await events.next()).done).toBe(true);
});

test("a list from the future times out, as on a server that lags behind", async () => {
  await using api = await KubeApi.listen({ firstResourceVersion: 1 });
  expect(await list(api, "resourceVersion=9")).toMatchObject({
    statusCode: 504,
    body: { message: "Too large resource version: 9, current: 1" },
  });
});

test("requests without an accepted token get 401, with the token of the day they pass", async () => {
  const tokens = new Set(["monday"]);
  await using api = await KubeApi.listen({ tokens });
  expect(await list(api)).toMatchObject({ statusCode: 401, body: { reason: "Unauthorized" } });
  const headers = { authorization: "Bearer monday" };
  expect((await fetch(`${api.url}${path}`, { headers })).status).toBe(200);
  tokens.delete("monday");
  expect((await fetch(`${api.url}${path}`, { headers })).status).toBe(401);
});

test.each([
  ["/apis/discovery.k8s.io/v1/namespaces/shop/pods", "GET", 404, "the server could not find the requested resource"],
  ["//", "GET", 404, "the server could not find the requested resource"],
  [path, "POST", 405, "this API only reads"],
  [`${path}?resourceVersion=abc`, "GET", 400, 'Invalid value for resourceVersion: "abc"'],
  [`${path}?labelSelector=a+in+(b)`, "GET", 400, "unable to parse requirement"],
  [`${path}?fieldSelector=spec.x%3D1`, "GET", 400, "field label not supported"],
])("%s by %s is answered by a Status with code %i", async (url, method, code, message) => {
  await using api = await KubeApi.listen();
  const response = await fetch(`${api.url}${url}`, { method });
  expect(response.status).toBe(code);
  const body = await answerOf(response);
  expect(body).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", code });
  expect(body.message).toContain(message);
});

test("version and health are answered without a token", async () => {
  await using api = await KubeApi.listen({ tokens: new Set(["monday"]) });
  expect(await (await fetch(`${api.url}/readyz`)).text()).toBe("ok");
  expect(await (await fetch(`${api.url}/version`)).json()).toMatchObject({ major: "1" });
});

test("injected faults: refusal, failures with Retry-After, truncation", async () => {
  await using api = await KubeApi.listen();
  publish(api, "10.0.0.1");
  api.faults.refuse = "forbidden";
  expect((await list(api)).body).toMatchObject({
    reason: "Forbidden",
    message: expect.stringContaining('cannot list resource "endpointslices" in API group "discovery.k8s.io"'),
  });
  api.faults.refuse = "unauthorized";
  expect(await list(api)).toMatchObject({ statusCode: 401 });
  api.faults.refuse = undefined;
  api.faults.failNext(1, 429, 3);
  const limited = await list(api);
  expect(limited).toMatchObject({ statusCode: 429, body: { details: { retryAfterSeconds: 3 } } });
  expect(limited.headers.get("retry-after")).toBe("3");
  api.faults.truncateNextLists(1);
  await expect(list(api)).rejects.toThrow("JSON");
  expect(await list(api)).toMatchObject({ statusCode: 200 });
});

test("a watch that is cut fails at its client, one that is ended does not", async () => {
  await using api = await KubeApi.listen();
  for (const [fault, fails] of [
    [() => api.faults.cutWatches(), true],
    [() => api.faults.cutWatches({ midLine: true }), true],
    [() => api.faults.endWatches(), false],
  ] as const) {
    const end = watch(api, "")
      .next()
      .then(
        () => false,
        () => true,
      );
    await vi.waitFor(() => expect(api.openWatches).toBe(1), PATIENT);
    fault();
    expect(await end).toBe(fails);
    await vi.waitFor(() => expect(api.openWatches).toBe(0), PATIENT);
  }
});

test("requests are logged and counted", async () => {
  await using api = await KubeApi.listen();
  await list(api);
  await fetch(`${api.url}/none`);
  expect(api.requestCounts).toEqual({ get: 0, list: 1, watch: 0, other: 1 });
  expect(api.requests).toEqual([
    { verb: "list", url: `${path}?`, statusCode: 200 },
    { verb: "other", url: "/none", statusCode: 404 },
  ]);
});

test("versions increase over a restart by default", async () => {
  const first = await KubeApi.listen();
  publish(first, "10.0.0.1");
  const [slice] = first.slices;
  await first.close();
  await using second = await KubeApi.listen();
  const events = watch(second, `resourceVersion=${slice?.metadata.resourceVersion}`);
  expect(await next(events)).toMatchObject({ type: "ERROR", object: { code: 410 } });
});

test("a taken port is named with the remedy", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? address?.port : undefined;
  await expect(KubeApi.listen({ port })).rejects.toThrow(
    `cannot listen at 127.0.0.1 port ${port}: the port is taken: free it or choose another one`,
  );
  other.close();
});

test("close cuts open watches and frees the port, and may be called twice", async () => {
  const api = await KubeApi.listen();
  const end = watch(api, "").next();
  await vi.waitFor(() => expect(api.openWatches).toBe(1), PATIENT);
  await Promise.all([expect(end).rejects.toThrow(), api.close()]);
  await api.close();
  await using again = await KubeApi.listen({ port: Number(new URL(api.url).port) });
  expect(again.url).toBe(api.url);
});

test("slices can be set by name, as another controller would", async () => {
  await using api = await KubeApi.listen();
  const ports = [{ name: "grpc", port: 50_051, protocol: "TCP" }] as const;
  const conditions = { ready: true, serving: true, terminating: false };
  const content = (...addresses: string[]) => {
    const endpoints = addresses.map((address) => ({ addresses: [address], conditions }));
    return { addressType: "IPv4", ports, endpoints } as const;
  };
  api.setSlices(service, { one: content("10.0.0.1"), two: content("10.0.0.1", "10.0.0.2") });
  const [one] = api.slices;
  api.setSlices(service, { one: content("10.0.0.1"), three: content("10.0.0.3") });
  expect(api.slices.map(({ metadata, endpoints }) => [metadata.name, endpoints.length])).toEqual([
    ["one", 1],
    ["three", 1],
  ]);
  expect(api.slices[0]).toBe(one);
  api.setSlices(service, { one: content("10.0.0.4") });
  expect(api.slices.map(({ metadata, endpoints }) => [metadata.generation, endpoints[0]?.addresses])).toEqual([
    [2, ["10.0.0.4"]],
  ]);
});
