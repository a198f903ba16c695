import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { status } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { forward, PATIENT, startForward, valuesOf } from "../testing/echo-call.ts";
import { startTestEcho } from "../testing/test-echo.ts";

test("an HTTP target's answers are told in Istio's lines", async () => {
  await using pod = await startTestEcho();
  const url = `${pod.httpUrl}/a%2fb/../c?x=1&headers=x-r:s`;
  const headers = [
    { key: "X-A", value: "b" },
    { key: "X-A", value: "c" },
    { key: "Host", value: "echo.example" },
  ];
  const { output } = await forward(pod.client, { url, headers, method: "PUT", count: 2 });
  expect(output[1]?.split("\n")).toEqual([
    `[1] Url=${url}`,
    "[1] Header=X-A:b",
    "[1] Header=X-A:c",
    "[1] SourceIP=127.0.0.1",
    expect.stringMatching(/^\[1\] Latency=/),
    expect.stringMatching(/^\[1\] ActiveRequests=/),
    "[1] StatusCode=200",
    expect.stringMatching(/^\[1\] ResponseHeader=Content-Length:\d+$/),
    "[1] ResponseHeader=Content-Type:text/plain; charset=utf-8",
    expect.stringMatching(/^\[1\] ResponseHeader=Date:/),
    "[1] ResponseHeader=X-R:s",
    "[1 body] ServiceVersion=v1",
    `[1 body] ServicePort=${pod.ports.http[0]}`,
    "[1 body] Host=echo.example",
    "[1 body] URL=/a%2fb/../c?x=1&headers=x-r:s",
    "[1 body] Method=PUT",
    "[1 body] Proto=HTTP/1.1",
    "[1 body] IP=127.0.0.1",
    "[1 body] RequestHeader=Connection:close",
    "[1 body] RequestHeader=Content-Length:0",
    "[1 body] RequestHeader=X-A:b",
    "[1 body] RequestHeader=X-A:c",
    "[1 body] Hostname=echo-a",
    "",
  ]);
});

test("a status that is no success is an answer, an unreachable server an error", async () => {
  await using pod = await startTestEcho();
  const { code, output } = await forward(pod.client, { url: `${pod.httpUrl}?codes=503` });
  expect([code, valuesOf(output, "StatusCode")]).toEqual([status.OK, ["503"]]);
  const { details } = await forward(pod.client, { url: "http://127.0.0.1:1/" });
  expect(details).toMatch(/^1\/1 requests had errors; first error: Get "http:\/\/127\.0\.0\.1:1\/": .*ECONNREFUSED/);
});

test("what HTTP cannot send is an error of the request", async () => {
  await using pod = await startTestEcho();
  for (const wrong of [{ method: "A B" }, { headers: [{ key: "a b", value: "" }] }]) {
    const { details } = await forward(pod.client, { url: pod.httpUrl, ...wrong });
    expect(details).toMatch(/^1\/1 requests had errors; first error: /);
  }
});

test("redirects are followed only when asked for, and no further than ten times", async () => {
  await using pod = await startTestEcho();
  await using redirect = await serving((request, response) => {
    if (request.url === "/there") response.end(`Method=${request.method}\n`);
    else response.writeHead(302, { location: "/there" }).end();
  });
  const request = { url: `${redirect.url}/here`, method: "POST" };
  expect(valuesOf((await forward(pod.client, request)).output, "StatusCode")).toEqual(["302"]);
  const { output } = await forward(pod.client, { ...request, followRedirects: true });
  expect([valuesOf(output, "StatusCode"), valuesOf(output, "Method")]).toEqual([["200"], ["GET"]]);

  await using always = await serving((_request, response) => response.writeHead(307, { location: "/" }).end());
  const { details } = await forward(pod.client, { url: always.url, followRedirects: true });
  expect(details).toContain("stopped after 10 redirects");
});

test("an HTTP request ends with the caller", async () => {
  await using pod = await startTestEcho();
  const gone = Promise.withResolvers<void>();
  await using slow = await serving((request) => request.once("close", gone.resolve));
  const { call } = startForward(pod.client, { url: slow.url, timeoutMicros: 3_600_000_000n });
  await vi.waitFor(() => expect(slow.requests()).toBe(1), PATIENT);
  call.cancel();
  await gone.promise;
});

async function serving(listener: RequestListener) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
