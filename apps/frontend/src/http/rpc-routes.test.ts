import { Readable } from "node:stream";
import { create, toBinary } from "@bufbuild/protobuf";
import { anyPack, StringValueSchema, UInt32ValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { Metadata, status } from "@grpc/grpc-js";
import { GreeterService } from "@grpc-lb-lab/proto";
import { StatusError } from "@grpc-lb-lab/rpc";
import { describe, expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { openSocket } from "../testing/raw-exchange.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";
import { textFetch } from "../testing/text-fetch.ts";

const METHOD = "/greeter.v1.GreeterService/SayHello";
const servedBy = { pod: "pod-a", zone: "a", version: "v1" };

const TRANSPORTS = [
  ["Connect with JSON", (baseUrl: string) => createConnectTransport({ baseUrl, useBinaryFormat: false })],
  ["Connect with binary messages", (baseUrl: string) => createConnectTransport({ baseUrl, useBinaryFormat: true })],
  ["gRPC-Web", (baseUrl: string) => createGrpcWebTransport({ baseUrl })],
  ["gRPC-Web as text", (baseUrl: string) => createGrpcWebTransport({ baseUrl, fetch: textFetch })],
] as const;

describe.each(TRANSPORTS)("the @connectrpc/connect-web client over %s", (_name, transport) => {
  const clientOf = ({ url }: { readonly url: string }) => createClient(GreeterService, transport(url));

  test("calls unary and server-streaming methods", async () => {
    await using edge = await startTestFrontend();
    const client = clientOf(edge);
    expect(await client.sayHello({ name: "Ada" })).toMatchObject({ message: "Hello from pod-a, Ada!", servedBy });
    const answers = client.sayHelloStream({ name: "Ada", count: 3 });
    expect(await Readable.from(answers).toArray()).toMatchObject(Array(3).fill({ servedBy }));
  });

  test("passes its deadline on smaller, capped, with the configured headers", async () => {
    await using edge = await startTestFrontend({ MAX_DEADLINE_MS: "15000" });
    const client = clientOf(edge);
    const headers = { traceparent: "00-1-2-01", "x-request-id": "r-1", "x-other": "o" };
    for (const [timeoutMs, limit] of [
      [10_000, 10_000],
      [4_000_000_000, 15_000],
    ] as const) {
      // As a header: the client's own timer could not wait that long.
      const timeout = { "connect-timeout-ms": String(timeoutMs), "grpc-timeout": `${timeoutMs / 1_000}S` };
      await client.sayHello({ name: "Ada" }, { headers: { ...headers, ...timeout } });
      expect(edge.pod.seen.at(-1)?.remainingMs).toBeLessThan(limit);
      expect(edge.pod.seen.at(-1)?.remainingMs).toBeGreaterThan(limit - 5_000);
    }
    const received = edge.pod.seen[0]?.metadata.getMap() ?? {};
    expect(received).toMatchObject({ traceparent: "00-1-2-01", "x-request-id": "r-1" });
    expect(Object.keys(received)).not.toContain("x-other");
  });

  test("is told of a failure with code, message, details and trailers", async () => {
    const trailers = new Metadata();
    trailers.set("x-reason", "tired");
    trailers.set("grpc-status-details-bin", statusDetails("more"));
    await using edge = await startTestFrontend(
      {},
      {
        sayHello: () => {
          throw new StatusError(status.FAILED_PRECONDITION, "on purpose", trailers);
        },
      },
    );
    const error = ConnectError.from(
      await clientOf(edge)
        .sayHello({ name: "Ada" })
        .catch((failed) => failed),
    );
    expect([error.code, error.rawMessage]).toEqual([Code.FailedPrecondition, "on purpose"]);
    expect(error.findDetails(StringValueSchema)).toMatchObject([{ value: "more" }]);
    expect(error.metadata.get("x-reason")).toBe("tired");
  });

  test("that goes away cancels its stream at the backend", async () => {
    await using edge = await startTestFrontend(
      {},
      {
        async *sayHelloStream(_request, call) {
          yield { message: "first" };
          await heldUntilCancelled(call);
        },
      },
    );
    const gone = new AbortController();
    const answers = clientOf(edge).sayHelloStream({ name: "Ada" }, { signal: gone.signal })[Symbol.asyncIterator]();
    await answers.next();
    gone.abort();
    await expect(answers.next()).rejects.toThrow();
    await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
  });

  test("gets its deadline's end, and RESOURCE_EXHAUSTED for a message that is too long", async () => {
    await using edge = await startTestFrontend(
      { MAX_BODY_BYTES: "1000" },
      { sayHello: (_request, call) => heldUntilCancelled(call) },
    );
    const client = clientOf(edge);
    const codeOf = (call: Promise<unknown>) => call.catch((error) => ConnectError.from(error).code);
    const headers = { "connect-timeout-ms": "100", "grpc-timeout": "100m" };
    expect(await codeOf(client.sayHello({ name: "Ada" }, { headers }))).toBe(Code.DeadlineExceeded);
    expect(await codeOf(client.sayHello({ name: "x".repeat(2_000) }))).toBe(Code.ResourceExhausted);
    // The long message is not sent on; on a busy machine the deadline may end before the first is.
    expect(edge.pod.seen.length).toBeLessThanOrEqual(1);
  });
});

test("a preflight of a foreign page is allowed, for POST only", async () => {
  await using edge = await startTestFrontend();
  const headers = { origin: "https://elsewhere.example", "access-control-request-method": "POST" };
  const preflight = await fetch(edge.url + METHOD, { method: "OPTIONS", headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
  for (const name of ["Content-Type", "Connect-Protocol-Version", "X-Grpc-Web", "Grpc-Timeout", "x-request-id"])
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain(name.toLowerCase());
  const json = { "content-type": "application/json", ...headers };
  const call = await fetch(edge.url + METHOD, { method: "POST", body: '{"name":"Ada"}', headers: json });
  expect(call.headers.get("access-control-allow-origin")).toBe("*");
  expect(call.headers.get("access-control-expose-headers")).toContain("Grpc-Status");
  // REST is for the page's own origin.
  expect((await fetch(`${edge.url}/hello?name=Ada`, { headers })).headers.get("access-control-allow-origin")).toBe(
    null,
  );
});

test("a wrong method, content type, body, or timeout is refused, and costs the backend nothing", async () => {
  await using edge = await startTestFrontend();
  const get = await fetch(edge.url + METHOD);
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  const post = (body: string, headers: Record<string, string>) =>
    fetch(edge.url + METHOD, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  expect((await post("name=Ada", { "content-type": "text/plain" })).status).toBe(415);
  const malformed = await post("{", {});
  expect([malformed.status, await malformed.json()]).toMatchObject([400, { code: "invalid_argument" }]);
  expect((await post('{"name":"Ada"}', { "connect-timeout-ms": "soon" })).status).toBe(400);
  expect((await fetch(`${edge.url}/greeter.v1.GreeterService/Nope`, { method: "POST" })).status).toBe(404);
  expect(edge.pod.seen).toEqual([]);
  expect(edge.log).toEqual([expect.any(String), expect.any(String), expect.any(String)]); // The ports.
});

test("Chat needs both directions at once, which HTTP/1.1 has not", async () => {
  await using edge = await startTestFrontend();
  const headers = { "content-type": "application/connect+json" };
  const answer = await fetch(`${edge.url}/greeter.v1.GreeterService/Chat`, { method: "POST", body: "", headers });
  expect(answer.status).toBe(505);
});

test("a client that does not read its stream holds the backend back", async () => {
  let sent = 0;
  await using edge = await startTestFrontend(
    { MAX_DEADLINE_MS: "1500" },
    {
      async *sayHelloStream() {
        for (;;) {
          sent++;
          yield { message: "x".repeat(65_536) };
        }
      },
    },
  );
  using client = await openSocket(edge.ports.http);
  client.socket.pause();
  const head = `POST ${METHOD}Stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/connect+json\r\ncontent-length: 7\r\n\r\n`;
  client.socket.write(Buffer.concat([Buffer.from(head), Buffer.from([0, 0, 0, 0, 2]), Buffer.from("{}")]));
  await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
  expect(sent).toBeLessThan(1_000);
});

/** A `google.rpc.Status` with one detail; its fields by number, as nothing here has the message generated. */
function statusDetails(detail: string): Buffer {
  const any = anyPack(StringValueSchema, create(StringValueSchema, { value: detail }));
  const url = Buffer.from(any.typeUrl);
  const packed = Buffer.concat([
    Buffer.from([0x0a, url.length]),
    url,
    Buffer.from([0x12, any.value.length]),
    any.value,
  ]);
  const code = toBinary(UInt32ValueSchema, create(UInt32ValueSchema, { value: status.FAILED_PRECONDITION }));
  const message = Buffer.from("on purpose");
  return Buffer.concat([
    code,
    Buffer.from([0x12, message.length]),
    message,
    Buffer.from([0x1a, packed.length]),
    packed,
  ]);
}
