import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SayHelloRequestSchema, SayHelloResponseSchema } from "@grpc-lb-lab/proto";
import { describe, expect, it } from "vitest";
import { startTestFrontend } from "../testing/test-frontend.ts";

const METHOD = "/greeter.v1.GreeterService/SayHello";
const TEXT = "application/grpc-web-text";
const BYTES = "application/grpc-web";

/** A gRPC frame: flags, length, message. */
function frame(name: string): Buffer<ArrayBuffer> {
  const message = toBinary(SayHelloRequestSchema, create(SayHelloRequestSchema, { name }));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function ask(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  method = METHOD,
) {
  const answer = await fetch(url + method, { method: "POST", headers, body });
  return { type: answer.headers.get("content-type"), status: answer.status, text: await answer.text() };
}

/** What stands in an answer: its frames' texts, trailers included. */
function read(text: string): string {
  expect(text).toMatch(/^[A-Za-z0-9+/=]*$/);
  return Buffer.concat((text.match(/.{4}/g) ?? []).map((group) => Buffer.from(group, "base64"))).toString("latin1");
}

describe("application/grpc-web-text", () => {
  const whole = frame("Ada").toString("base64");

  it.each([
    ["in one piece", whole],
    [
      "padded wherever the client flushed",
      [...frame("Ada")].map((byte) => Buffer.of(byte).toString("base64")).join(""),
    ],
    ["with line breaks", `${whole.slice(0, 6)}\r\n${whole.slice(6)}\n`],
  ])("is taken %s, and answered in kind", async (_how, body) => {
    await using edge = await startTestFrontend();
    const { type, status, text } = await ask(edge.url, body, { "content-type": TEXT, accept: TEXT });
    expect([status, type]).toEqual([200, "application/grpc-web-text+proto"]);
    const bytes = Buffer.from(read(text), "latin1");
    const answer = fromBinary(SayHelloResponseSchema, bytes.subarray(5, 5 + bytes.readUInt32BE(1)));
    expect(answer.message).toBe("Hello from pod-a, Ada!");
    expect(bytes.toString()).toContain("grpc-status: 0\r\n");
  });

  it("has each message of a stream whole in base64 of its own", async () => {
    await using edge = await startTestFrontend();
    const { text } = await ask(edge.url, whole, { "content-type": TEXT }, `${METHOD}Stream`);
    expect(read(text)).toContain("Hello from pod-a, Ada!");
    expect(text.startsWith("AAAAA")).toBe(true);
    expect(text).toMatch(/gAAAA[^=]*={0,2}$/); // The trailers' frame begins a group: it begins with 0x80.
  });

  it.each([
    [TEXT, TEXT, "application/grpc-web-text+proto"],
    [TEXT, "*/*", "application/grpc-web-text+proto"],
    [TEXT, BYTES, "application/grpc-web+proto"],
    [BYTES, TEXT, "application/grpc-web-text+proto"],
    [BYTES, "*/*", "application/grpc-web+proto"],
    ["application/grpc-web-text+proto", `${TEXT}+proto`, "application/grpc-web-text+proto"],
  ])("sent as %s by a client that accepts %s is answered as %s", async (sent, accept, answered) => {
    await using edge = await startTestFrontend();
    const body = sent === BYTES ? frame("Ada") : whole;
    expect((await ask(edge.url, body, { "content-type": sent, accept })).type).toBe(answered);
  });

  it.each(["AAAAA", "AAAA*AAA", "A===", "=AAA", "AA=A"])("that is no base64 (%s) is refused", async (body) => {
    await using edge = await startTestFrontend();
    const { status, text } = await ask(edge.url, body, { "content-type": TEXT });
    expect([status, read(text)]).toEqual([200, expect.stringContaining("grpc-status: 3\r\n")]);
    expect(read(text)).toContain("not%20base64");
    expect(edge.pod.seen).toEqual([]);
  });

  it("may be read by a foreign page", async () => {
    await using edge = await startTestFrontend();
    const headers = { "content-type": TEXT, "x-grpc-web": "1", origin: "https://elsewhere.example" };
    const answer = await fetch(edge.url + METHOD, { method: "POST", headers, body: whole });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(read(await answer.text())).toContain("Hello from pod-a, Ada!");
  });
});
