import type { IncomingMessage, ServerResponse } from "node:http";

/** Lets the pages of `origins` read the answer (CORS, without credentials): those that show this frontend beside their own. */
export function allowOrigins(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  response.appendHeader("vary", "origin");
  const { origin } = request.headers;
  if (origin !== undefined && origins.includes(origin)) response.setHeader("access-control-allow-origin", origin);
}
