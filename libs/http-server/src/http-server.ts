import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isInputError } from "@grpc-lb-lab/input-error";
import type { HttpAnswer, HttpRoute } from "./route.ts";

// An import of node:http would load all that its names need, fetch among it.
const { createServer } = process.getBuiltinModule("node:http");

/** What a server is made of. */
export interface HttpServerOptions {
  readonly routes: readonly HttpRoute[];
  /** A longer body is answered with 413. Default 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Told of a handler's error that is nobody's input; the client hears no more than that there was one. */
  readonly onError?: (error: unknown, url: string | undefined) => void;
}

const USUAL_BODY_BYTES = 65_536;

/** A small HTTP server for a port of the lab's own (admin, state, stage, rules), apart from the traffic that is measured. */
export class HttpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, HttpRoute>;
  readonly #options: HttpServerOptions;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [route.path, route]));
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  /**
   * Listens, and resolves with the port (that of the operating system's choice when `port` is 0).
   * @param explain - makes of the system's error (`EADDRINUSE`, …) what the caller is told
   */
  async listen(host: string, port: number, explain: (error: NodeJS.ErrnoException) => Error): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, host, resolve);
    try {
      await promise;
    } catch (error) {
      throw explain(error as NodeJS.ErrnoException);
    }
    this.#server.off("error", reject);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Closes at once, open connections included. */
  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch((error: unknown) => this.#failure(error, request.url));
    send(response, request.method === "HEAD", answer);
  }

  async #answer(request: IncomingMessage): Promise<HttpAnswer> {
    const path = request.url?.split("?", 1)[0] ?? "/";
    const route = this.#routes.get(path);
    if (route === undefined) {
      return { status: 404, json: { error: `no ${path} here, only ${[...this.#routes.keys()].join(", ")}` } };
    }
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const handler = route.methods[method];
    if (handler === undefined) return notAllowed(route);
    const body = await readBody(request, this.#options.maxBodyBytes ?? USUAL_BODY_BYTES);
    return body === undefined
      ? { status: 413, headers: { connection: "close" }, json: { error: "the body is too long" } }
      : handler(body, request.headers);
  }

  #failure(error: unknown, url: string | undefined): HttpAnswer {
    if (isInputError(error)) return { status: 400, json: { error: error.message } };
    this.#options.onError?.(error, url);
    return { status: 500, json: { error: "internal error" } };
  }
}

function notAllowed({ path, methods }: HttpRoute): HttpAnswer {
  const allow = Object.keys(methods).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return {
    status: 405,
    headers: { allow: allow.join(", ") },
    json: { error: `${path} takes ${allow.join(", ")} only` },
  };
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, headOnly: boolean, { status, headers, text, json }: HttpAnswer): void {
  const body = text ?? `${JSON.stringify(json ?? {})}\n`;
  const contentType = text === undefined ? "application/json" : "text/plain; charset=utf-8";
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body), ...headers });
  response.end(headOnly ? undefined : body);
}
