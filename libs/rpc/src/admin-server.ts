import type { IncomingMessage, Server, ServerResponse } from "node:http";

const { createServer } = process.getBuiltinModule("node:http");

import type { AddressInfo } from "node:net";
import type { AdminAnswer, AdminRoute } from "./admin-route.ts";
import { listenError } from "./listen-error.ts";
import type { Logger } from "./logger.ts";

const LONGEST_BODY_BYTES = 65_536;

/** The HTTP server of a pod for probes, metrics and what else `routes` gives, apart from the traffic that mTLS and proxies take. */
export class AdminServer {
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, AdminRoute>;
  readonly #logger: Logger;

  constructor(routes: readonly AdminRoute[], logger: Logger) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#logger = logger;
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  /**
   * Listens, and resolves with the port (that of the operating system's choice when `port` is 0).
   * @throws {ListenError} when the port is taken or the address missing.
   */
  async listen(host: string, port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, host, resolve);
    try {
      await promise;
    } catch (error) {
      throw listenError("ADMIN_PORT", `${host}:${port}`, error);
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
    try {
      send(response, request.method === "HEAD", await this.#answer(request));
    } catch (error) {
      this.#logger.error({ err: error, url: request.url }, "admin request failed");
      send(response, false, { status: 500, json: { error: "internal error" } });
    }
  }

  async #answer(request: IncomingMessage): Promise<AdminAnswer> {
    const path = request.url?.split("?", 1)[0] ?? "/";
    const route = this.#routes.get(path);
    if (route === undefined) {
      return { status: 404, json: { error: `no ${path} here, only ${[...this.#routes.keys()].join(", ")}` } };
    }
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const handler = route.methods[method];
    if (handler === undefined) return notAllowed(route);
    const body = await readBody(request);
    return body === undefined ? { status: 413, json: { error: "the body is too long" } } : handler(body);
  }
}

function notAllowed({ path, methods }: AdminRoute): AdminAnswer {
  const allow = Object.keys(methods).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return {
    status: 405,
    headers: { allow: allow.join(", ") },
    json: { error: `${path} takes ${allow.join(", ")} only` },
  };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, headOnly: boolean, { status, headers, text, json }: AdminAnswer): void {
  const body = text ?? `${JSON.stringify(json ?? {})}\n`;
  const contentType = text === undefined ? "application/json" : "text/plain; charset=utf-8";
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body), ...headers });
  response.end(headOnly ? undefined : body);
}
