import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import * as v from "valibot";
import { listenOn } from "../deployment/listen-on.ts";

/** What {@link serveState} makes changeable from outside. */
export interface StateHolder<Schema extends v.GenericSchema> {
  readonly host: string;
  readonly port: number;
  readonly schema: Schema;
  /** Takes a new state as a whole. What it throws is answered with 400. */
  put(state: v.InferOutput<Schema>): void;
}

/**
 * An HTTP port by which a stage tells a container what a cluster would: `PUT /state` with JSON replaces the state as a whole,
 * `GET /readyz` says that it can be.
 * @throws {InputError} when the port is taken.
 */
export async function serveState<Schema extends v.GenericSchema>(
  holder: StateHolder<Schema>,
): Promise<AsyncDisposable> {
  const server = createServer((request, response) => void answer(holder, request, response));
  await listenOn(server, { host: holder.host, port: holder.port }, "the state port");
  const dispose = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { [Symbol.asyncDispose]: dispose };
}

async function answer<Schema extends v.GenericSchema>(
  holder: StateHolder<Schema>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /readyz") return end(response, 200, { ready: true });
  if (route !== "PUT /state") return end(response, 404, { error: "there are PUT /state and GET /readyz" });
  try {
    holder.put(v.parse(holder.schema, await json(request)));
    end(response, 200, {});
  } catch (error) {
    end(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
