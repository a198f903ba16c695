import type { IncomingMessage, ServerResponse } from "node:http";
import { status } from "@grpc/grpc-js";
import { HttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";
import { sendError } from "./send-json.ts";

/** How long a client that was answered may go on sending, so that it gets to read the answer before the connection is cut. */
const LINGER_MS = 1_000;

/** How long one request and its response may take. */
export interface ExchangeTimes extends Pick<HttpLimits, "requestTimeoutMs" | "longestCallMs"> {
  /** A body that is a stream of messages: it may come for as long as the call goes on. */
  readonly streamsIn: boolean;
  /** A response without an end. */
  readonly streamsOut: boolean;
}

/**
 * Holds one exchange to its times: a body that does not come is answered 408, a client that does not read is cut, and what an answered client still
 * sends is read for a second only. The signal aborts when the client goes away, or its time is over.
 */
export function guardExchange(
  request: IncomingMessage,
  response: ServerResponse,
  times: ExchangeTimes,
  requestId: string,
): AbortController {
  const controller = new AbortController();
  const linger = lingerer(request);
  // What is written after an end, which came from elsewhere, is told by the response's state; unheard, it would end the process.
  response.on("error", () => {});
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void) => timers.push(setTimeout(act, ms));
  if (hasBody(request)) {
    const bodyMs = times.streamsIn ? times.longestCallMs : times.requestTimeoutMs;
    after(bodyMs, () => request.complete || refuseSlow(response, controller, requestId, linger));
  }
  if (!times.streamsOut) {
    after(times.longestCallMs + times.requestTimeoutMs, () => {
      controller.abort();
      response.destroy();
    });
  }
  response.once("finish", linger);
  response.once("close", () => {
    for (const timer of timers) clearTimeout(timer);
    if (!response.writableFinished) controller.abort();
  });
  return controller;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function refuseSlow(
  response: ServerResponse,
  controller: AbortController,
  requestId: string,
  linger: () => void,
): void {
  const error = new HttpError(status.DEADLINE_EXCEEDED, "the body did not come in time", { httpStatus: 408 });
  sendError(response, error, requestId);
  controller.abort(error);
  linger();
}

/**
 * Reads on for a moment, once: cutting a connection with unread bytes in it would take the answer away from the client. The socket is remembered, for Node
 * takes it from a request that has been answered.
 */
function lingerer(request: IncomingMessage): () => void {
  const { socket } = request;
  let isLingering = false;
  return () => {
    if (request.complete || isLingering) return;
    isLingering = true;
    request.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    const done = () => clearTimeout(timer);
    request.once("end", done);
    socket.once("close", done);
  };
}
