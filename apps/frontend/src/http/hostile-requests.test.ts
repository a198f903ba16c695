import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Metadata, status } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { openSocket } from "../testing/raw-exchange.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";

const LIMITS = { MAX_BODY_BYTES: "1000", REQUEST_TIMEOUT_MS: "300" };
const SERVICE = "/greeter.v1.GreeterService";
/** A second and a bit: what an answered client may go on sending for. The process must outlive what comes due then. */
const LINGERED_MS = 1_300;

/** One message of a Connect stream: flags, length, bytes. */
function enveloped(json: string): Buffer {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(Buffer.byteLength(json), 1);
  return Buffer.concat([length, Buffer.from(json)]);
}

test.each([
  ["too long", `{"name": "${"x".repeat(2_000)}"}`, "resource_exhausted"],
  ["no JSON", '{"name": 7', "invalid_argument"],
])(
  "a message of a Connect client stream that is %s is told as such, and ends nothing else",
  async (_what, json, code) => {
    await using edge = await startTestFrontend(LIMITS);
    const answer = await fetch(`${edge.url}${SERVICE}/SayHelloToMany`, {
      method: "POST",
      headers: { "content-type": "application/connect+json", "connect-protocol-version": "1" },
      body: enveloped(json),
    });
    expect(await answer.text()).toContain(`"code":"${code}"`);
    await delay(LINGERED_MS);
    expect((await fetch(`${edge.url}/hello?name=Ada`)).status).toBe(200);
  },
);

test("a pipelined request whose body does not come while its stream waits ends nothing else", async () => {
  await using edge = await startTestFrontend(LIMITS, {
    async *sayHelloStream(_request, call) {
      yield await heldUntilCancelled(call);
    },
  });
  using client = await openSocket(edge.ports.http);
  const stream = "GET /v1/greetings:stream?name=Ada HTTP/1.1\r\nhost: x\r\n";
  client.socket.write(`${stream}\r\n${stream}content-length: 5\r\n\r\n`);
  await delay(LINGERED_MS);
  client.socket.destroy();
  expect((await fetch(`${edge.url}/hello?name=Ada`)).status).toBe(200);
});

test.each(["POST /nope", "POST /hello", "OPTIONS /hello"])(
  "%s with a body without an end is answered and cut",
  async (line) => {
    await using edge = await startTestFrontend(LIMITS);
    using client = await openSocket(edge.ports.http);
    client.socket.write(`${line} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    const sending = setInterval(() => client.socket.write(`400\r\n${"x".repeat(1024)}\r\n`), 20);
    try {
      expect(await client.answer()).toMatch(/^HTTP\/1.1 (404|405|204)/);
    } finally {
      clearInterval(sending);
    }
  },
);

test("a path that is not in its normal form is refused", async () => {
  await using edge = await startTestFrontend();
  using client = await openSocket(edge.ports.http);
  client.socket.write(`POST /x/..${SERVICE}/SayHello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expect(await client.answer()).toMatch(/^HTTP\/1.1 400 .*"message":"the request's path or Host is malformed"/s);
});

test("a connection on which nothing is asked does not hold the drain", async () => {
  await using edge = await startTestFrontend({ SHUTDOWN_GRACE_MS: "3600000" });
  using client = await openSocket(edge.ports.http);
  const closed = once(client.socket, "close");
  expect(await edge.frontend.drain()).toBe("finished");
  await closed;
});

test("a native gRPC message that is too long never reaches the backend", async () => {
  await using edge = await startTestFrontend(LIMITS);
  const ended = new Promise((resolve) =>
    edge.greeter.sayHello({ name: "x".repeat(5_000) }, new Metadata(), { deadline: Date.now() + 20_000 }, resolve),
  );
  expect(await ended).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(edge.pod.seen).toEqual([]);
});

test("one connection has no more gRPC calls under way than MAX_STREAMS", async () => {
  await using edge = await startTestFrontend(
    { MAX_STREAMS: "2" },
    { sayHello: (_request, call) => heldUntilCancelled(call) },
  );
  const calls = Array.from({ length: 4 }, () => {
    const call = edge.greeter.sayHello({ name: "Ada" }, new Metadata(), { deadline: Date.now() + 3_000 }, () => {});
    call.on("error", () => {});
    return call;
  });
  await vi.waitFor(() => expect(edge.pod.seen).toHaveLength(2), PATIENT);
  await delay(300); // Long enough for the others, were they let through.
  expect(edge.pod.seen).toHaveLength(2);
  for (const call of calls) call.cancel();
});

test("the page's controls are off unless they are asked for, and then for addresses and localhost only", async () => {
  const change = (edge: { url: string; ports: { http: number } }, host: string) =>
    openSocket(edge.ports.http).then(async (client) => {
      const body = '{"rate":1,"kind":"unary"}';
      const head = `PUT /traffic HTTP/1.1\r\nhost: ${host}\r\norigin: http://${host}\r\ncontent-type: application/json\r\nconnection: close\r\n`;
      client.socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
      return (await client.answer()).slice(9, 12);
    });
  await using plain = await startTestFrontend();
  expect(await change(plain, "127.0.0.1:3000")).toBe("404");
  await using edge = await startTestFrontend({ PAGE_CONTROLS: "on" });
  expect(await change(edge, "evil.example:3000")).toBe("403");
  expect([await change(edge, "localhost:3000"), await change(edge, "[::1]:3000")]).toEqual(["200", "200"]);
});
