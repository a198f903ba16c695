import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { EchoIdentity } from "../config.ts";
import { parseGoDuration } from "../go-duration.ts";
import { field, fieldIfAny } from "../output-lines.ts";
import { plainAddress } from "../peer-address.ts";
import { headerPairs } from "./header-pairs.ts";
import { responseCode } from "./response-code.ts";

/** What the HTTP echo needs of the pod around it. */
export interface HttpEchoWorld {
  readonly identity: EchoIdentity;
  /** Whether the pod takes calls; while it does not, every answer is 503, which makes any path a readiness probe. */
  readonly ready: () => boolean;
  /** From 0 to 1 (1 excluded). */
  readonly random: () => number;
}

/** The longest `delay` that is waited for, ms. */
const LONGEST_DELAY_MS = 3_600_000;

/**
 * Answers any path with the request and who answered, in the lines of Istio's echo server (pkg/test/echo/server/endpoint/http.go). The query may
 * ask for `delay=1.5s`, `headers=name:value,…` and `codes=500:1,200:3`; what is wrong with it is said in the first lines.
 */
export async function httpEcho(
  request: IncomingMessage,
  response: ServerResponse,
  world: HttpEchoWorld,
): Promise<void> {
  request.resume();
  if (!world.ready()) return void response.writeHead(503).end();
  const query = queryOf(request);
  const problems: string[] = [];
  const trying = async (what: string, attempt: () => void | Promise<void>) => {
    try {
      await attempt();
    } catch (error) {
      problems.push(`${what} error: ${(error as Error).message}\n`);
    }
  };
  await trying("error delaying response", () => wait(query.get("delay") ?? "", response));
  await trying("response headers", () => addHeaders(query.get("headers") ?? "", response));
  await trying("codes", () => {
    response.statusCode = responseCode(query.get("codes") || "200", world.random);
  });
  const body = problems.join("") + answerLines(request, world.identity);
  // Whatever `headers` said of the length.
  for (const name of ["Transfer-Encoding", "Trailer"]) response.removeHeader(name);
  response.setHeader("Content-Type", "text/plain; charset=utf-8").setHeader("Content-Length", Buffer.byteLength(body));
  response.end(body);
}

function queryOf({ url = "/" }: IncomingMessage): URLSearchParams {
  const mark = url.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : url.slice(mark));
}

/** Waits, but no longer than the client does. */
async function wait(text: string, response: ServerResponse): Promise<void> {
  if (text === "") return;
  const ms = parseGoDuration(text);
  if (ms === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  if (ms > LONGEST_DELAY_MS) throw new Error(`the delay ${text} is longer than 1h`);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await delay(ms, undefined, { signal: gone.signal }).catch(() => {});
}

function addHeaders(text: string, response: ServerResponse): void {
  for (const header of text === "" ? [] : text.split(",")) {
    const [name = "", value, ...more] = header.split(":");
    if (value === undefined || more.length > 0) throw new Error(`invalid ${JSON.stringify(header)} (want name:value)`);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    response.setHeader(name, value);
  }
}

function answerLines(request: IncomingMessage, { pod, version, namespace }: EchoIdentity): string {
  const headers = headerPairs(request.rawHeaders).filter(([name]) => name !== "Host");
  return [
    field("ServiceVersion", version),
    field("ServicePort", request.socket.localPort ?? ""),
    field("Host", request.headers.host ?? ""),
    field("URL", request.url ?? ""),
    fieldIfAny("Namespace", namespace),
    field("Method", request.method ?? ""),
    field("Proto", `HTTP/${request.httpVersion}`),
    field("IP", plainAddress(request.socket.remoteAddress ?? "")),
    ...headers.map(([name, value]) => field("RequestHeader", `${name}:${value}`)),
    field("Hostname", pod),
  ].join("");
}
