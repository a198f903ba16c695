import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { toJson } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { type SayHelloStreamResponse, SayHelloStreamResponseSchema } from "@grpc-lb-lab/proto";
import { errorBody, HttpError, toHttpError } from "./http-error.ts";
import type { RouteContext } from "./http-route.ts";

/** Proxies drop connections on which nothing comes. */
const HEARTBEAT_MS = 15_000;

/**
 * Answers with server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): a `greeting` for each answer, as fast as the client
 * reads, then `end`, or `error` with the JSON of errors. An error before the first greeting is an HTTP error.
 */
export async function streamGreetings(
  greetings: AsyncIterable<SayHelloStreamResponse>,
  response: ServerResponse,
  { signal, requestId }: RouteContext,
): Promise<void> {
  const heartbeat = setInterval(() => isOpen(response) && begin(response).write(":\n\n"), HEARTBEAT_MS);
  try {
    for await (const greeting of greetings) {
      if (!isOpen(response)) return;
      const more = begin(response).write(event("greeting", toJson(SayHelloStreamResponseSchema, greeting)));
      if (!more) await once(response, "drain", { signal });
    }
    if (isOpen(response)) begin(response).end(event("end", {}));
  } catch (thrown) {
    if (!isOpen(response)) return; // Answered by another, as a body that did not come in time is.
    if (!response.headersSent) throw thrown;
    const error = toHttpError(signal.aborted ? signal.reason : thrown) ?? toHttpError(thrown);
    response.end(event("error", errorBody(error ?? new HttpError(status.INTERNAL, "internal error"), requestId)));
  } finally {
    clearInterval(heartbeat);
  }
}

function isOpen(response: ServerResponse): boolean {
  return !response.writableEnded && !response.destroyed;
}

function begin(response: ServerResponse): ServerResponse {
  if (!response.headersSent)
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  return response;
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
