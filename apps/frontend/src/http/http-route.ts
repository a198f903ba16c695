import type { IncomingMessage, ServerResponse } from "node:http";

/** What a handler knows of its request beside it. */
export interface RouteContext {
  /** Aborts when the client goes away or the request's time is over. */
  readonly signal: AbortSignal;
  /** `x-request-id`, the client's or a new one; already in the response's headers. */
  readonly requestId: string;
  readonly url: URL;
}

/** A path of the HTTP port. */
export interface HttpRoute {
  readonly method: "GET" | "POST" | "PUT";
  /** The whole path, `/hello`. */
  readonly path: string;
  /** Whether the response goes on for long: no request timeout then. Default false. */
  readonly streams?: boolean;
  /** Answers. What it throws becomes a JSON error by the gRPC status, or 500. */
  handle(request: IncomingMessage, response: ServerResponse, context: RouteContext): Promise<void> | void;
}
