import type { ServerResponse } from "node:http";
import { errorBody, type HttpError } from "./http-error.ts";

/** Answers with JSON, and its length, so that the connection can be used again. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

/** Answers with a JSON error, or cuts a response that has begun: whoever reads it must not take it for whole. */
export function sendError(response: ServerResponse, error: HttpError, requestId: string): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, error.httpStatus, errorBody(error, requestId), error.headers);
}
