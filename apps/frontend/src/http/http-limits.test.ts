import { expect, test, vi } from "vitest";
import { openSocket } from "../testing/raw-exchange.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";

const LIMITS = { MAX_BODY_BYTES: "1000", MAX_HEADER_BYTES: "2000", REQUEST_TIMEOUT_MS: "300" };
const POST = "POST /v1/greetings HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

test("a body that is too long is 413, whether it says so or not", async () => {
  await using edge = await startTestFrontend(LIMITS);
  const body = JSON.stringify({ name: "x".repeat(1_000) });
  const headers = { "content-type": "application/json" };
  const told = await fetch(`${edge.url}/v1/greetings`, { method: "POST", body, headers });
  expect([told.status, await told.json()]).toMatchObject([
    413,
    { code: "RESOURCE_EXHAUSTED", message: "the body is longer than 1000 bytes" },
  ]);
  const chunks = new Blob([body]).stream();
  const untold = await fetch(`${edge.url}/v1/greetings`, { method: "POST", body: chunks, headers, duplex: "half" });
  expect(untold.status).toBe(413);
  expect(edge.pod.seen).toEqual([]);
});

test("a body that is too long is refused before it is sent, where the client waits for that", async () => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write(`${POST}content-length: 5000\r\nexpect: 100-continue\r\n\r\n`);
  await vi.waitFor(() => expect(client.received()).toContain("413 Payload Too Large"), PATIENT);
  expect(client.received()).not.toContain("100 Continue");
});

test("a body without an end is cut", async () => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write(`${POST}transfer-encoding: chunked\r\n\r\n`);
  const sending = setInterval(() => client.socket.write(`400\r\n${"x".repeat(1024)}\r\n`), 20);
  try {
    expect(await client.answer()).toContain("413 Payload Too Large");
  } finally {
    clearInterval(sending);
  }
});

test("headers that are too long are 431", async () => {
  await using edge = await startTestFrontend(LIMITS);
  const answer = await fetch(`${edge.url}/hello?name=Ada`, { headers: { "x-a": "a".repeat(3_000) } });
  expect([answer.status, await answer.json()]).toMatchObject([431, { code: "RESOURCE_EXHAUSTED" }]);
  expect(edge.pod.seen).toEqual([]);
});

test("headers that do not come in time are 408", async () => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write("GET /hello?name=Ada HTTP/1.1\r\nhost: x\r\n");
  const answer = await client.answer();
  expect(answer).toContain("HTTP/1.1 408 Request Timeout");
  expect(answer).toContain('"message":"the headers did not come in time"');
});

test.each([
  ["REST", POST],
  ["Connect", `${POST.replace("/v1/greetings", "/greeter.v1.GreeterService/SayHello")}connect-protocol-version: 1\r\n`],
])("a body that does not come in time is 408 (%s)", async (_protocol, head) => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write(`${head}content-length: 20\r\n\r\n{`);
  const answer = await client.answer();
  expect(answer).toContain("HTTP/1.1 408 Request Timeout");
  expect(answer).toContain('"message":"the body did not come in time"');
  expect(edge.pod.seen).toEqual([]);
});

test.each([
  ["no HTTP", "\x16\x03\x01 hello\r\n\r\n"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a Host that is none", "GET /hello?name=Ada HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n"],
  ["no Host", "GET /hello?name=Ada HTTP/1.1\r\nconnection: close\r\n\r\n"],
  ["a path that is none", "GET http://[/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"],
  ["two lengths", `${POST}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
])("%s is 400", async (_what, bytes) => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write(bytes);
  expect(await client.answer()).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  expect(edge.pod.seen).toEqual([]);
});

test("HTTP/1.0 without a Host is served", async () => {
  await using edge = await startTestFrontend(LIMITS);
  using client = await openSocket(edge.ports.http);
  client.socket.write("GET /hello?name=Ada HTTP/1.0\r\n\r\n");
  expect(await client.answer()).toMatch(/^HTTP\/1\.1 200 OK/);
});

test("one connection more than MAX_CONNECTIONS is closed", async () => {
  await using edge = await startTestFrontend({ MAX_CONNECTIONS: "1" });
  using first = await openSocket(edge.ports.http);
  first.socket.write("GET /hello?name=Ada HTTP/1.1\r\nhost: x\r\n\r\n");
  await vi.waitFor(() => expect(first.received()).toContain("200 OK"), PATIENT);
  using second = await openSocket(edge.ports.http);
  second.socket.write("GET /hello?name=Ada HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await second.answer()).toBe("");
  expect(edge.pod.seen).toHaveLength(1);
});

test("a client that goes away in the middle of its body leaves no trace", async () => {
  await using edge = await startTestFrontend();
  const { length } = edge.log;
  using client = await openSocket(edge.ports.http);
  client.socket.write(`${POST}content-length: 20\r\n\r\n{`);
  client.socket.resetAndDestroy();
  await fetch(`${edge.url}/hello?name=Ada`);
  expect(edge.log).toHaveLength(length);
  expect(edge.pod.seen).toHaveLength(1);
});
