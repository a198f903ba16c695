import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";

type Bytes = AsyncIterable<Uint8Array>;

const GRPC_WEB = /^application\/grpc-web(?!-text)/i;
const GRPC_WEB_TEXT = /^application\/grpc-web-text/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/](?:=|[A-Za-z0-9+/])))*$/;
/** Characters that stand for three bytes, or at the end of a chunk for fewer. */
const GROUP = 4;

/**
 * Lets a handler of gRPC-Web speak `application/grpc-web-text` as well, which connect-node does not: the same bodies in base64, for clients
 * that read them from an XMLHttpRequest. The answer is text where the client accepts that, or has sent it and accepts anything.
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md#protocol-differences-vs-grpc-over-http2
 */
export function withGrpcWebText(handler: UniversalHandler): UniversalHandler {
  const handle = async (request: UniversalServerRequest): Promise<UniversalServerResponse> => {
    const type = request.header.get("content-type") ?? "";
    const isText = GRPC_WEB_TEXT.test(type);
    if (!isText && !GRPC_WEB.test(type)) return handler(request);
    const response = await handler(isText ? fromText(request, type) : request);
    return acceptsText(request, isText) ? toText(response) : response;
  };
  return Object.assign(handle, handler);
}

function acceptsText({ header }: UniversalServerRequest, isText: boolean): boolean {
  const accepted = (header.get("accept") ?? "").split(",").map((type) => type.trim());
  return accepted.some((type) => GRPC_WEB_TEXT.test(type)) || (isText && !accepted.some((type) => GRPC_WEB.test(type)));
}

function fromText(request: UniversalServerRequest, type: string): UniversalServerRequest {
  const header = new Headers(request.header);
  header.set("content-type", type.replace(/-text/i, ""));
  return { ...request, header, body: decode(request.body as Bytes) };
}

/** An answer that is not gRPC-Web, as a refusal by HTTP status is, stays what it is. */
function toText(response: UniversalServerResponse): UniversalServerResponse {
  const type = response.header?.get("content-type") ?? "";
  if (response.body === undefined || !GRPC_WEB.test(type)) return response;
  const header = new Headers(response.header);
  header.set("content-type", type.replace(/grpc-web/i, "grpc-web-text"));
  return { ...response, header, body: encode(response.body) };
}

/** Each message by itself, padded, so that a stream's reader has it whole when it comes. */
async function* encode(body: Bytes): Bytes {
  for await (const chunk of body) yield Buffer.from(Buffer.from(chunk).toString("base64"), "latin1");
}

/** Takes padding anywhere: a client pads whatever it sends at once. Line breaks, as the program base64 makes them, are left out. */
async function* decode(body: Bytes): Bytes {
  let rest = "";
  for await (const chunk of body) {
    const text = rest + Buffer.from(chunk).toString("latin1").replace(/\s+/g, "");
    const whole = text.length - (text.length % GROUP);
    rest = text.slice(whole);
    if (whole > 0) yield bytesOf(text.slice(0, whole));
  }
  if (rest !== "") throw notBase64();
}

function bytesOf(text: string): Uint8Array {
  if (!BASE64.test(text)) throw notBase64();
  // Node's decoder ends at the first padding.
  return Buffer.concat((text.match(/[^=]+=*/g) ?? []).map((padded) => Buffer.from(padded, "base64")));
}

function notBase64(): ConnectError {
  return new ConnectError("the body of application/grpc-web-text is not base64", Code.InvalidArgument);
}
