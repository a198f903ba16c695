import { createServer } from "node:net";
import { type Server, type ServerCredentials, status } from "@grpc/grpc-js";
import { hostAndPort } from "@grpc-lb-lab/http-server";
import type { ActiveCalls } from "./active-calls.ts";
import type { Health } from "./health.ts";
import { ListenError, listenError } from "./listen-error.ts";

interface RpcServerParts {
  readonly server: Server;
  readonly credentials: ServerCredentials;
  readonly health: Health;
  readonly calls: ActiveCalls;
  readonly isXds: boolean;
}

/** Where and how a gRPC server listens. */
export interface ListenOptions {
  /**
   * An address, without brackets; `::` is every one of both families. An xDS server listens on every one, and looks for its listener by this one:
   * by 0.0.0.0 for `::`, as istiod knows it, on clusters of IPv6, too.
   */
  readonly host: string;
  /** 0 lets the operating system choose; an xDS server needs a port. */
  readonly port: number;
  /** How long an xDS server may wait for its configuration, in ms; default 30,000. */
  readonly xdsDeadlineMs?: number;
  /** The variable that sets the port, for error messages; default GRPC_PORT. */
  readonly portVariable?: string;
}

const XDS_DEADLINE_MS = 30_000;
/** What the last statuses of a forced end get to leave the machine. */
const FLUSH_MS = 100;

/** A gRPC server: built by `buildServer`, it listens, drains and is forced to end. */
export class RpcServer {
  readonly health: Health;
  readonly #parts: RpcServerParts;
  #finished: Promise<void> | undefined;

  constructor(parts: RpcServerParts) {
    this.health = parts.health;
    this.#parts = parts;
  }

  /**
   * Listens and resolves with the port. Health stays as it is: say `health.set(true)` when the application is ready.
   * @throws {ListenError} when the port is taken, the address missing, or an xDS server gets no configuration in time.
   */
  async listen(options: ListenOptions): Promise<number> {
    const { host, port, xdsDeadlineMs = XDS_DEADLINE_MS, portVariable = "GRPC_PORT" } = options;
    if (!this.#parts.isXds) return this.#bind(hostAndPort(host, port), portVariable);
    const address = hostAndPort(host === "::" ? "0.0.0.0" : host, port);
    await requireFree(port, portVariable);
    return await within(xdsDeadlineMs, this.#bind(address, portVariable), () => xdsSilence(address, xdsDeadlineMs));
  }

  #bind(address: string, portVariable: string): Promise<number> {
    const { server, credentials } = this.#parts;
    return new Promise((resolve, reject) => {
      const settle = (error: unknown, port: number) =>
        error ? reject(listenError(portVariable, address, error)) : resolve(port);
      try {
        server.bindAsync(address, credentials, settle);
      } catch (error) {
        settle(error, 0);
      }
    });
  }

  /** Takes no new connections or calls, sends GOAWAY on each connection, and resolves when the last call has ended. */
  finish(): Promise<void> {
    this.health.endWatches();
    this.#finished ??= new Promise((resolve) => this.#parts.server.tryShutdown(() => resolve()));
    return this.#finished;
  }

  /**
   * Ends the calls that are left with UNAVAILABLE, as a client of other gRPC servers sees it (grpc-js alone would make it CANCELLED, which
   * nobody retries), and cuts every connection.
   */
  async force(): Promise<void> {
    this.#parts.calls.endAll({ code: status.UNAVAILABLE, details: "the server is shutting down" });
    await within(FLUSH_MS, this.finish()).catch(() => {});
    this.#parts.server.forceShutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.force();
  }
}

/** XdsServer opens its socket itself, on all addresses, and a taken port would end the process with an unhandled 'error' event. */
async function requireFree(port: number, portVariable: string): Promise<void> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  probe.once("error", (error) => reject(listenError(portVariable, `port ${port}`, error)));
  probe.listen(port, () => probe.close(() => resolve()));
  await promise;
}

async function within<T>(deadlineMs: number, result: Promise<T>, explain = () => new Error("too late")): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(explain()), deadlineMs);
  try {
    return await Promise.race([result, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** XdsServer never calls back when its listener is missing or was rejected (NACK). */
function xdsSilence(address: string, deadlineMs: number): ListenError {
  return new ListenError(
    `GRPC_SERVER=xds: the control plane sent no usable listener for ${address} within ${deadlineMs} ms: check that it runs, that HOST and ` +
      "GRPC_PORT match the listener that it serves, and whether it reports a NACK (GRPC_VERBOSITY=DEBUG GRPC_TRACE=xds_client shows it)",
  );
}
