import { expect, test } from "vitest";
import { startTestEcho } from "../testing/test-echo.ts";
import { HttpEchoServer } from "./http-echo-server.ts";

test("any path is answered on every HTTP port", async () => {
  await using pod = await startTestEcho({ HTTP_PORT: "0,0", POD_NAMESPACE: "echo-grpc" });
  expect(pod.ports.http).toHaveLength(2);
  for (const port of pod.ports.http) {
    const response = await fetch(`http://127.0.0.1:${port}/any/path?a=b`, { headers: { "x-a": "b" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    const lines = (await response.text()).split("\n");
    expect(lines.slice(0, 8)).toEqual([
      "ServiceVersion=v1",
      `ServicePort=${port}`,
      `Host=127.0.0.1:${port}`,
      "URL=/any/path?a=b",
      "Namespace=echo-grpc",
      "Method=GET",
      "Proto=HTTP/1.1",
      "IP=127.0.0.1",
    ]);
    expect(lines).toContain("RequestHeader=X-A:b");
    expect(lines.at(-2)).toBe("Hostname=echo-a");
  }
});

test("the query asks for codes, headers and a delay", async () => {
  await using pod = await startTestEcho({}, () => 0.5);
  const beganMs = performance.now();
  const response = await fetch(`${pod.httpUrl}/?codes=500:1,404:3&headers=x-a:b,x-c:d&delay=50ms`);
  expect(response.status).toBe(404);
  expect([response.headers.get("x-a"), response.headers.get("x-c")]).toEqual(["b", "d"]);
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(49);
});

test("a header about the framing of the answer is left out, and does no harm", async () => {
  await using pod = await startTestEcho();
  for (const header of ["Trailer:x", "Transfer-Encoding:chunked", "Content-Length:5"]) {
    const response = await fetch(`${pod.httpUrl}/?headers=${header}`);
    expect([response.status, response.headers.get("trailer")]).toEqual([200, null]);
    expect(await response.text()).toContain("Hostname=echo-a");
  }
});

test.each([
  ["delay=5", 'error delaying response error: time: invalid duration "5"'],
  ["delay=2h", "error delaying response error: the delay 2h is longer than 1h"],
  ["headers=a", 'response headers error: invalid "a" (want name:value)'],
  ["headers=a b:c", "response headers error: Header name must be a valid HTTP token"],
  ["codes=99", "codes error: invalid HTTP response code 99"],
])("?%s is answered 200 with the mistake in its first line", async (query, mistake) => {
  await using pod = await startTestEcho();
  const response = await fetch(`${pod.httpUrl}/?${query}`);
  const [first = "", second] = (await response.text()).split("\n");
  expect([response.status, second]).toEqual([200, "ServiceVersion=v1"]);
  expect(first).toContain(mistake);
});

test("a delay ends with its client, and does not hold up the end", async () => {
  const arrived = Promise.withResolvers<void>();
  const identity = { pod: "echo-a", version: "v1", namespace: "", zone: "" };
  const ready = () => {
    arrived.resolve();
    return true;
  };
  const server = new HttpEchoServer({ identity, ready, random: () => 0 });
  const port = await server.listen("127.0.0.1", 0);
  const gone = new AbortController();
  const answer = fetch(`http://127.0.0.1:${port}/?delay=1h`, { signal: gone.signal });
  const refused = expect(answer).rejects.toThrow();
  await arrived.promise;
  const finished = server.finish();
  gone.abort();
  await Promise.all([refused, finished]);
});

test("while the pod is not ready every path is 503", async () => {
  await using pod = await startTestEcho({ DRAIN_DELAY_MS: "3600000" });
  const hurry = new AbortController();
  const drained = pod.echo.drain(hurry.signal);
  expect((await fetch(`${pod.httpUrl}/any`)).status).toBe(503);
  hurry.abort();
  expect(await drained).toBe("hurried");
});
