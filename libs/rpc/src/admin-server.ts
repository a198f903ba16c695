import { type HttpRoute, HttpServer, hostAndPort } from "@grpc-lb-lab/http-server";
import { listenError } from "./listen-error.ts";
import type { Logger } from "./logger.ts";

/** The HTTP server of a pod for probes, metrics and what else `routes` gives, apart from the traffic that mTLS and proxies take. */
export class AdminServer implements AsyncDisposable {
  readonly #server: HttpServer;

  constructor(routes: readonly HttpRoute[], logger: Logger) {
    this.#server = new HttpServer({
      routes,
      onError: (err, url) => logger.error({ err, url }, "admin request failed"),
    });
  }

  /**
   * Listens, and resolves with the port (that of the operating system's choice when `port` is 0).
   * @throws {ListenError} when the port is taken or the address missing.
   */
  listen(host: string, port: number): Promise<number> {
    return this.#server.listen(host, port, (error) => listenError("ADMIN_PORT", hostAndPort(host, port), error));
  }

  /** Closes at once, open connections included. */
  close(): Promise<void> {
    return this.#server.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
