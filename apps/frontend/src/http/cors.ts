import type { IncomingMessage, ServerResponse } from "node:http";
import { cors } from "@connectrpc/connect";

/** How long a browser may remember a preflight's answer; what Chromium allows at most. */
const MAX_AGE_S = 7_200;

/**
 * Lets pages of any origin call Connect and gRPC-Web (https://fetch.spec.whatwg.org/#http-cors-protocol): the greeter takes no credentials, so there are
 * none that a foreign page could use. Returns whether the request was a preflight, which is answered then.
 */
export function answerCors(
  request: IncomingMessage,
  response: ServerResponse,
  forwardHeaders: readonly string[],
): boolean {
  const { origin } = request.headers;
  const preflight = request.method === "OPTIONS";
  if (origin !== undefined) {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-expose-headers", [...cors.exposedHeaders, "X-Request-Id"].join(", "));
  }
  if (!preflight) return false;
  response.setHeader("allow", "POST, OPTIONS");
  if (origin !== undefined) {
    response.setHeader("access-control-allow-methods", "POST");
    response.setHeader("access-control-allow-headers", [...cors.allowedHeaders, ...forwardHeaders].join(", "));
    response.setHeader("access-control-max-age", MAX_AGE_S);
  }
  response.writeHead(204).end();
  return true;
}
