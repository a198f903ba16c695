import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostAndPort, listenError } from "@grpc-lb-lab/rpc";
import { type HttpEchoWorld, httpEcho } from "./http-echo.ts";

/** The HTTP echo on one port. */
export class HttpEchoServer {
  readonly #server: Server;

  constructor(world: HttpEchoWorld) {
    this.#server = createServer((request, response) => {
      // What the query asked for and HTTP cannot carry, found out only as it is written.
      httpEcho(request, response, world).catch(() => response.destroy());
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

  /** Takes no new connections, and resolves when the last request has been answered. */
  async finish(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  /** Cuts what is left. */
  async force(): Promise<void> {
    const finished = this.finish();
    this.#server.closeAllConnections();
    await finished;
  }
}
