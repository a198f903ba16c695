import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { type Logger, listenError } from "@grpc-lb-lab/rpc";
import { answerClientError } from "./client-error.ts";
import { type ExchangeTimes, guardExchange } from "./exchange-guard.ts";
import { HttpError, toHttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";
import type { HttpRoute } from "./http-route.ts";
import { saysTooLong } from "./read-body.ts";
import { requestIdOf } from "./request-id.ts";
import { Router } from "./router.ts";
import type { RpcRoutes } from "./rpc-routes.ts";
import { sendError } from "./send-json.ts";

/** How often Node looks for connections whose headers take too long. */
const CHECK_INTERVAL_MS = 500;
/** What the last answers of a forced end get to leave the machine. */
const FLUSH_MS = 100;

/** What an {@link HttpServer} serves, and how. */
export interface HttpServerOptions {
  readonly routes: readonly HttpRoute[];
  readonly rpc: RpcRoutes;
  readonly limits: HttpLimits;
  /** Of every response. */
  readonly headers: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** An exchange that is under way. */
interface Exchange {
  readonly controller: AbortController;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether its response has no end of its own. */
  readonly endless: boolean;
}

/** The HTTP/1.1 port: REST and the page by their routes, Connect and gRPC-Web, all within limits. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #router: Router;
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #server: Server;
  readonly #exchanges = new Set<Exchange>();
  #finished: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    const { limits, routes, rpc } = options;
    this.#options = options;
    this.#router = new Router(routes);
    this.#headers = Object.entries(options.headers);
    const timeouts = { headersTimeout: limits.requestTimeoutMs, connectionsCheckingInterval: CHECK_INTERVAL_MS };
    // The bodies' own times are kept by `guardExchange`: those of streaming calls may take longer.
    this.#server = createServer({ ...timeouts, requestTimeout: 0, maxHeaderSize: limits.maxHeaderBytes });
    this.#server.maxConnections = limits.maxConnections;
    this.#server.on("request", (request, response) => void this.#handle(request, response));
    this.#server.on("checkContinue", (request, response) => {
      const streams = rpc.streamsIn(request.url ?? "");
      if (streams || !saysTooLong(request, limits.maxBodyBytes)) response.writeContinue();
      void this.#handle(request, response);
    });
    this.#server.on("clientError", answerClientError);
  }

  /**
   * Listens, and resolves with the port (that of the operating system's choice when `port` is 0).
   * @throws {ListenError} when the port is taken or the address missing.
   */
  async listen(host: string, port: number): Promise<number> {
    this.#server.listen(port, host);
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw listenError("HTTP_PORT", `${host}:${port}`, error);
    }
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new connections, ends responses that have no end of their own, and resolves when the last request has been answered. */
  finish(): Promise<void> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  /** Ends what is left with UNAVAILABLE, and cuts every connection. */
  async force(): Promise<void> {
    const finished = this.finish();
    const reason = new HttpError(status.UNAVAILABLE, "the server is shutting down");
    this.#options.rpc.shutDown();
    for (const { controller } of this.#exchanges) controller.abort(reason);
    await Promise.race([finished, delay(FLUSH_MS)]);
    this.#server.closeAllConnections();
    await finished;
  }

  async #finish(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    for (const exchange of this.#exchanges) endWithConnection(exchange);
    await closed.promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request);
    request.headers["x-request-id"] = requestId;
    response.setHeader("x-request-id", requestId);
    for (const [name, value] of this.#headers) response.setHeader(name, value);
    let aborted: AbortSignal | undefined;
    try {
      await this.#answer(request, response, requestId, (signal) => {
        aborted = signal;
      });
    } catch (thrown) {
      if (request.socket.destroyed) return; // The client went away; what was thrown tells of that.
      const error = toHttpError(aborted?.aborted ? (toHttpError(aborted.reason) ?? thrown) : thrown);
      if (error === undefined)
        this.#options.logger.error({ err: thrown, url: request.url, requestId }, "request failed");
      sendError(response, error ?? new HttpError(status.INTERNAL, "internal error"), requestId);
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    begun: (signal: AbortSignal) => void,
  ): Promise<void> {
    const { rpc } = this.#options;
    const method = request.method ?? "GET";
    const url = urlOf(request);
    if (rpc.has(url.pathname)) {
      this.#begin(request, response, requestId, { streamsIn: rpc.streamsIn(url.pathname), streamsOut: false });
      return rpc.handle(request, response);
    }
    const match = this.#router.match(method, url.pathname);
    if (match.kind === "options") return void response.writeHead(204, { allow: match.allow }).end();
    const { route } = match;
    const signal = this.#begin(request, response, requestId, { streamsIn: false, streamsOut: route.streams ?? false });
    begun(signal);
    if (method === "HEAD" && route.streams) return void response.writeHead(200).end();
    await route.handle(request, response, { signal, requestId, url });
  }

  #begin(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    streams: Pick<ExchangeTimes, "streamsIn" | "streamsOut">,
  ): AbortSignal {
    const controller = guardExchange(request, response, { ...this.#options.limits, ...streams }, requestId);
    const exchange = { controller, request, response, endless: streams.streamsOut };
    this.#exchanges.add(exchange);
    if (this.#finished !== undefined) endWithConnection(exchange); // Came over a connection that was open still.
    response.once("close", () => this.#exchanges.delete(exchange));
    return controller.signal;
  }
}

/** Ends what has no end of its own, and with the answer its connection, which would stay open for the client's next request. */
function endWithConnection({ controller, request, response, endless }: Exchange): void {
  response.shouldKeepAlive = false;
  response.once("finish", () => request.socket.destroySoon());
  if (endless) controller.abort();
}

/** @throws {HttpError} 400 when there is no making sense of the path or the host. */
function urlOf({ url = "/", headers }: IncomingMessage): URL {
  headers.host ??= "localhost"; // Of HTTP/1.0 only: Node refuses an HTTP/1.1 request without it.
  const address = `http://localhost${url}`;
  if (!url.startsWith("/") || !URL.canParse(address) || !URL.canParse(`http://${headers.host}`))
    throw new HttpError(status.INVALID_ARGUMENT, "the request's path or Host is malformed");
  return new URL(address);
}
