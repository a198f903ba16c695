import { Metadata, status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";

const servedBy = { pod: "pod-a", zone: "a", version: "v1" };
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const postJson = (body: string, headers: Record<string, string> = {}) => ({
  method: "POST",
  body,
  headers: { "content-type": "application/json", ...headers },
});

test("GET /hello and POST /v1/greetings greet, and say who answered", async () => {
  await using edge = await startTestFrontend();
  const hello = await fetch(`${edge.url}/hello?name=Ada%20L.`);
  expect([hello.status, hello.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await hello.json()).toEqual({ message: "Hello from pod-a, Ada L.!", servedBy });
  const greetings = await fetch(`${edge.url}/v1/greetings`, postJson('{"name": "Alan"}'));
  expect(await greetings.json()).toEqual({ message: "Hello from pod-a, Alan!", servedBy });
});

test.each([
  ["/hello", {}, "name must not be empty"],
  ["/v1/greetings", postJson("{"), "the body is not JSON"],
  ["/v1/greetings", postJson('{"nom": "Ada"}'), 'the body must be {"name": "…"}'],
  ["/v1/greetings", postJson('{"name": 1}'), 'the body must be {"name": "…"}'],
  ["/v1/greetings", postJson("[]"), 'the body must be {"name": "…"}'],
  ["/v1/greetings", postJson("{}"), "name must not be empty"],
  ["/v1/greetings:stream?name=Ada&count=-1", {}, "count must be a whole number"],
  ["/hello?name=Ada", { headers: { "x-timeout-ms": "1s" } }, "X-Timeout-Ms must be"],
])("%s %o is answered 400 and costs the backend nothing", async (path, init, message) => {
  await using edge = await startTestFrontend();
  const answer = await fetch(edge.url + path, init);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining(message),
    requestId: answer.headers.get("x-request-id"),
  });
  expect(edge.pod.seen).toEqual([]);
});

test("another content type is 415, an unknown path 404, a wrong method 405 with Allow", async () => {
  await using edge = await startTestFrontend();
  const text = await fetch(`${edge.url}/v1/greetings`, { method: "POST", body: "name=Ada" });
  expect([text.status, ((await text.json()) as { code: string }).code]).toEqual([415, "INVALID_ARGUMENT"]);
  const nowhere = await fetch(`${edge.url}/nowhere`);
  expect([nowhere.status, await nowhere.json()]).toMatchObject([
    404,
    { code: "NOT_FOUND", message: "there is no /nowhere here" },
  ]);
  const wrong = await fetch(`${edge.url}/hello?name=Ada`, { method: "DELETE" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  expect(await wrong.json()).toMatchObject({ message: "/hello takes GET, HEAD, OPTIONS, not DELETE" });
  expect(edge.pod.seen).toEqual([]);
});

test("HEAD has the headers of GET and no body, OPTIONS names the methods", async () => {
  await using edge = await startTestFrontend();
  const [get, head] = await Promise.all(
    ["GET", "HEAD"].map((method) => fetch(`${edge.url}/hello?name=Ada`, { method })),
  );
  expect(head?.headers.get("content-length")).toBe(get?.headers.get("content-length"));
  expect([head?.status, await head?.text()]).toEqual([200, ""]);
  const stream = await fetch(`${edge.url}/v1/greetings:stream?name=Ada&count=1000000`, { method: "HEAD" });
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const options = await fetch(`${edge.url}/v1/greetings`, { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  expect(edge.pod.seen).toHaveLength(2);
});

test("every response has the security headers", async () => {
  await using edge = await startTestFrontend({ COMPARE_WITH: "http://127.0.0.1:3001" });
  for (const path of ["/hello?name=Ada", "/nowhere", "/greeter.v1.GreeterService/SayHello"]) {
    const { headers } = await fetch(edge.url + path);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'self'; connect-src 'self' http:\/\/127\.0\.0\.1:3001;.* frame-ancestors 'none'/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect([headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual(["nosniff", "no-referrer"]);
  }
});

test("the configured headers are carried on, and no others", async () => {
  await using edge = await startTestFrontend({ FORWARD_HEADERS: "traceparent, X-Request-Id,x-tenant" });
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const headers = { traceparent, "x-request-id": "r-1", "x-tenant": "t", "x-other": "o", authorization: "secret" };
  const answer = await fetch(`${edge.url}/hello?name=Ada`, { headers });
  expect(answer.headers.get("x-request-id")).toBe("r-1");
  expect(edge.pod.seen[0]?.metadata.getMap()).toMatchObject({ traceparent, "x-request-id": "r-1", "x-tenant": "t" });
  expect(edge.pod.seen[0]?.metadata.getMap()).not.toHaveProperty("x-other");
  expect(edge.pod.seen[0]?.metadata.getMap()).not.toHaveProperty("authorization");
});

test("a request without an id, or with one that no log should hold, gets a new one", async () => {
  await using edge = await startTestFrontend();
  for (const id of [undefined, "a b", "x".repeat(129)]) {
    const headers: Record<string, string> = id === undefined ? {} : { "x-request-id": id };
    const answer = await fetch(`${edge.url}/hello?name=Ada`, { headers });
    expect(answer.headers.get("x-request-id")).toMatch(UUID);
    expect(edge.pod.seen.at(-1)?.metadata.get("x-request-id")).toEqual([answer.headers.get("x-request-id")]);
  }
});

test("a client's deadline is passed on smaller, capped, and the default without one", async () => {
  await using edge = await startTestFrontend({ MAX_DEADLINE_MS: "30000", BACKEND_DEADLINE_MS: "15000" });
  const remaining = async (headers: Record<string, string>) => {
    await fetch(`${edge.url}/hello?name=Ada`, { headers });
    return edge.pod.seen.at(-1)?.remainingMs ?? Number.NaN;
  };
  const bounds = [
    [{ "x-timeout-ms": "10000" }, 10_000],
    [{ "x-timeout-ms": "4000000000" }, 30_000],
    [{}, 15_000],
  ] as const;
  for (const [headers, limit] of bounds) {
    const ms = await remaining(headers);
    expect(ms).toBeLessThan(limit);
    expect(ms).toBeGreaterThan(limit - 5_000);
  }
});

test("a deadline that passes is 504", async () => {
  await using edge = await startTestFrontend({}, { sayHello: (_request, call) => heldUntilCancelled(call) });
  const answer = await fetch(`${edge.url}/hello?name=Ada`, { headers: { "x-timeout-ms": "100" } });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([504, "DEADLINE_EXCEEDED"]);
});

test("a client that goes away cancels the call", async () => {
  await using edge = await startTestFrontend({}, { sayHello: (_request, call) => heldUntilCancelled(call) });
  const gone = new AbortController();
  const answer = fetch(`${edge.url}/hello?name=Ada`, { signal: gone.signal });
  await vi.waitFor(() => expect(edge.pod.seen).toHaveLength(1), PATIENT);
  gone.abort();
  await expect(answer).rejects.toThrow();
  await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
});

test("one call more than MAX_CALLS is 429, and not sent", async () => {
  await using edge = await startTestFrontend(
    { MAX_CALLS: "1" },
    { sayHello: (_request, call) => heldUntilCancelled(call) },
  );
  const gone = new AbortController();
  const first = fetch(`${edge.url}/hello?name=Ada`, { signal: gone.signal }).catch(() => {});
  await vi.waitFor(() => expect(edge.pod.seen).toHaveLength(1), PATIENT);
  const second = await fetch(`${edge.url}/hello?name=Ada`);
  expect([second.status, await second.json()]).toMatchObject([429, { code: "RESOURCE_EXHAUSTED" }]);
  expect(edge.pod.seen).toHaveLength(1);
  gone.abort();
  await first;
  await vi.waitFor(async () => {
    const third = await fetch(`${edge.url}/hello?name=Ada`, { headers: { "x-timeout-ms": "50" } });
    expect(third.status).toBe(504);
  }, PATIENT);
});

test.each([
  [status.INVALID_ARGUMENT, 400],
  [status.UNAUTHENTICATED, 401],
  [status.PERMISSION_DENIED, 403],
  [status.NOT_FOUND, 404],
  [status.ABORTED, 409],
  [status.RESOURCE_EXHAUSTED, 429],
  [status.CANCELLED, 499],
  [status.UNKNOWN, 500],
  [status.UNIMPLEMENTED, 501],
  [status.UNAVAILABLE, 503],
  [status.DEADLINE_EXCEEDED, 504],
])("the backend's gRPC status %i is HTTP %i", async (code, httpStatus) => {
  await using edge = await startTestFrontend(
    {},
    {
      sayHello: () => {
        throw new StatusError(code, "on purpose", new Metadata());
      },
    },
  );
  const answer = await fetch(`${edge.url}/hello?name=Ada`);
  expect(answer.status).toBe(httpStatus);
  expect(await answer.json()).toMatchObject({ code: status[code], message: "on purpose" });
});

test("no backend at all is 503", async () => {
  await using edge = await startTestFrontend({ BACKEND_TARGET: "127.0.0.1:1" });
  const answer = await fetch(`${edge.url}/hello?name=Ada`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "UNAVAILABLE"]);
});
