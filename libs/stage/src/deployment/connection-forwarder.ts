import { connect, createServer, type Server, type Socket } from "node:net";
import type { Random } from "@grpc-lb-lab/measure";
import { listenOn } from "./listen-on.ts";

/** Where a connection can be sent. */
export interface ForwardTarget {
  readonly host: string;
  readonly port: number;
}

/** Where a forwarder listens, and how it picks. */
export interface ConnectionForwarderOptions {
  readonly host: string;
  readonly port: number;
  /** The targets for a new connection, asked at each. */
  readonly targets: () => readonly ForwardTarget[];
  readonly random: Random;
}

/**
 * What kube-proxy does for a ClusterIP, in user space: each new connection goes to a random ready endpoint and stays there. Readiness
 * never moves an established connection; a connection to a dead endpoint is reset, as the kernel of the endpoint's node would.
 */
export class ConnectionForwarder implements AsyncDisposable {
  readonly #options: ConnectionForwarderOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ConnectionForwarderOptions) {
    this.#options = options;
    const socketOptions = { noDelay: true, pauseOnConnect: true, allowHalfOpen: true };
    this.#server = createServer(socketOptions, (downstream) => this.#forward(downstream));
  }

  /** @throws {InputError} when the port is taken. */
  static async listen(options: ConnectionForwarderOptions): Promise<ConnectionForwarder> {
    const forwarder = new ConnectionForwarder(options);
    await listenOn(forwarder.#server, { host: options.host, port: options.port }, "the Service's forwarder");
    return forwarder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(downstream: Socket): void {
    const targets = this.#options.targets();
    const target = targets[Math.floor(this.#options.random() * targets.length)];
    this.#track(downstream);
    if (target === undefined) return void downstream.resetAndDestroy(); // kube-proxy rejects when a Service has no endpoint.
    const upstream = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true });
    this.#track(upstream);
    downstream.on("error", () => upstream.resetAndDestroy());
    upstream.on("error", () => downstream.resetAndDestroy());
    downstream.once("close", () => upstream.destroySoon());
    upstream.once("close", () => downstream.destroySoon());
    upstream.once("connect", () => downstream.pipe(upstream).pipe(downstream));
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}); // Its `close` follows.
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
