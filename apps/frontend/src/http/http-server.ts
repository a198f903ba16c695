import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { hostAndPort, type Logger, listenError } from "@grpc-lb-lab/rpc";
import { answerClientError } from "./client-error.ts";
import { type ExchangeTimes, guardExchange } from "./exchange-guard.ts";
import { HttpError, toHttpError } from "./http-error.ts";
import type { HttpLimits } from "./http-limits.ts";
import type { HttpRoute, RouteContext } from "./http-route.ts";
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
  readonly socket: Socket;
  readonly response: ServerResponse;
  /** Whether its response has no end of its own. */
  readonly endless: boolean;
}

/** Who answers a request, and what of it has no end of its own. */
interface Found extends Pick<ExchangeTimes, "streamsIn" | "streamsOut"> {
  answer(request: IncomingMessage, response: ServerResponse, context: Omit<RouteContext, "url">): Promise<void> | void;
}

/** The HTTP/1.1 port: REST and the page by their routes, Connect and gRPC-Web, all within limits. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #router: Router;
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #server: Server;
  readonly #exchanges = new Set<Exchange>();
  readonly #sockets = new Set<Socket>();
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
      const streams = rpc.streamsIn(pathOf(request));
      if (streams || !saysTooLong(request, limits.maxBodyBytes)) response.writeContinue();
      void this.#handle(request, response);
    });
    this.#server.on("clientError", answerClientError);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
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
      throw listenError("HTTP_PORT", hostAndPort(host, port), error);
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
    const busy = new Set([...this.#exchanges].map(({ socket }) => socket));
    // Node waits for connections on which nothing was asked yet, as browsers keep some.
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    await closed.promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = requestIdOf(request);
    request.headers["x-request-id"] = requestId;
    response.setHeader("x-request-id", requestId);
    for (const [name, value] of this.#headers) response.setHeader(name, value);
    const { socket } = request;
    const found = this.#find(request);
    const signal = this.#begin(request, response, requestId, found);
    try {
      await found.answer(request, response, { signal, requestId });
    } catch (thrown) {
      if (socket.destroyed || response.writableEnded) return; // The client went away, or was answered; what was thrown tells of that.
      const error = toHttpError(signal.aborted ? (toHttpError(signal.reason) ?? thrown) : thrown);
      if (error === undefined)
        this.#options.logger.error({ err: thrown, url: request.url, requestId }, "request failed");
      sendError(response, error ?? new HttpError(status.INTERNAL, "internal error"), requestId);
    }
  }

  /** Who answers a request: also who refuses it, for what is refused is held to its times as well. */
  #find(request: IncomingMessage): Found {
    const { rpc } = this.#options;
    try {
      const url = urlOf(request);
      if (rpc.has(url.pathname)) {
        const answer: Found["answer"] = (_, response) => rpc.handle(request, response);
        return { streamsIn: rpc.streamsIn(url.pathname), streamsOut: false, answer };
      }
      return this.#findRoute(request.method ?? "GET", url);
    } catch (error) {
      return { streamsIn: false, streamsOut: false, answer: () => Promise.reject(error) };
    }
  }

  #findRoute(method: string, url: URL): Found {
    const match = this.#router.match(method, url.pathname);
    const [streamsIn, streamsOut] = [false, match.kind === "route" && (match.route.streams ?? false)];
    return {
      streamsIn,
      streamsOut,
      async answer(request, response, context) {
        if (match.kind === "options") return void response.writeHead(204, { allow: match.allow }).end();
        if (method === "HEAD" && streamsOut) return void response.writeHead(200).end();
        await match.route.handle(request, response, { ...context, url });
      },
    };
  }

  #begin(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    { streamsIn, streamsOut }: Found,
  ): AbortSignal {
    const times = { ...this.#options.limits, streamsIn, streamsOut };
    const controller = guardExchange(request, response, times, requestId);
    const exchange = { controller, socket: request.socket, response, endless: streamsOut };
    this.#exchanges.add(exchange);
    if (this.#finished !== undefined) endWithConnection(exchange); // Came over a connection that was open still.
    response.once("close", () => this.#exchanges.delete(exchange));
    return controller.signal;
  }
}

/** Ends what has no end of its own, and with the answer its connection, which would stay open for the client's next request. */
function endWithConnection({ controller, socket, response, endless }: Exchange): void {
  response.shouldKeepAlive = false;
  response.once("finish", () => socket.destroySoon());
  if (endless) controller.abort();
}

/** @throws {HttpError} 400 when there is no making sense of the path or the host, or the path is not in its normal form. */
function urlOf(request: IncomingMessage): URL {
  const { url = "/", headers } = request;
  headers.host ??= "localhost"; // Of HTTP/1.0 only: Node refuses an HTTP/1.1 request without it.
  const parsed = url.startsWith("/") ? URL.parse(`http://localhost${url}`) : null;
  if (parsed === null || parsed.pathname !== pathOf(request) || !URL.canParse(`http://${headers.host}`))
    throw new HttpError(status.INVALID_ARGUMENT, "the request's path or Host is malformed");
  return parsed;
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, "");
}
