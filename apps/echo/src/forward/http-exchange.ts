import { type IncomingMessage, request } from "node:http";
import { plainAddress } from "../peer-address.ts";

/** As long as a gRPC message may be by default. */
const LONGEST_BODY_BYTES = 4 * 2 ** 20;
/** Go's, of which Istio's forwarder is made. */
const MOST_REDIRECTS = 10;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/** An HTTP request without a body. */
export interface HttpRequest {
  readonly url: URL;
  /** As it was written, not normalized: what a proxy makes of it may be the question. */
  readonly path: string;
  readonly method: string;
  /** The header Host; undefined for the URL's own. */
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string[]>>;
}

/** A response that was read to its end. */
export interface HttpAnswer {
  readonly response: IncomingMessage;
  /** The address that the request came from. */
  readonly sourceIp: string;
  readonly body: string;
}

/** Sends a request as {@link exchange} does, and goes where redirects send it. */
export async function exchangeAndFollow(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  let next = asked;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await exchange(next, signal);
    const { statusCode, headers } = answer.response;
    if (headers.location === undefined || !REDIRECTS.includes(statusCode)) return answer;
    next = redirected(next, statusCode, new URL(headers.location, next.url));
  }
  throw failure(next, "stopped after 10 redirects");
}

/**
 * Sends a request over HTTP/1.1 on a connection of its own.
 * @throws {Error} in the form of Go's: `Get "http://…": reason`.
 */
export async function exchange(asked: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, path, method } = asked;
  if (url.protocol !== "http:") throw failure(asked, `unsupported protocol scheme ${url.protocol}`);
  const headers = asked.host === undefined ? asked.headers : { Host: asked.host, ...asked.headers };
  try {
    const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const sent = request({ hostname, port: url.port || 80, path, method, headers, agent: false, signal });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    sent.on("response", resolve).on("error", reject).end();
    const response = await promise;
    const sourceIp = plainAddress(response.socket.localAddress ?? "");
    return { response, sourceIp, body: await bodyOf(response) };
  } catch (error) {
    throw failure(asked, (error as Error).message);
  }
}

/** 307 and 308 keep the method; a Host of the caller's is for the first host only. */
function redirected(from: HttpRequest, statusCode: number | undefined, url: URL): HttpRequest {
  const keepsMethod = statusCode === 307 || statusCode === 308 || from.method === "HEAD";
  const method = keepsMethod ? from.method : "GET";
  return {
    ...from,
    url,
    path: url.pathname + url.search,
    method,
    host: url.host === from.url.host ? from.host : undefined,
  };
}

function failure({ url, method }: HttpRequest, reason: string): Error {
  return new Error(`${method.slice(0, 1)}${method.slice(1).toLowerCase()} ${JSON.stringify(url.href)}: ${reason}`);
}

async function bodyOf(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) throw new Error(`the body is longer than ${LONGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
