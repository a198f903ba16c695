import { GreeterService } from "@grpc-lb-lab/proto";
import {
  AdminServer,
  buildServer,
  type DrainEnd,
  drain,
  implement,
  type Logger,
  type RpcServer,
  ServerMetrics,
  standardRoutes,
} from "@grpc-lb-lab/rpc";
import { callWork, type WorkWorld } from "@grpc-lb-lab/rpc/work";
import type { BackendConfig } from "./config.ts";
import { greeter } from "./service.ts";

/** What the backend needs of the world around it. */
export interface BackendWorld extends WorkWorld {
  readonly logger: Logger;
}

/** Builds a backend, which does not listen yet. */
export async function buildBackend(config: BackendConfig, { logger, ...world }: BackendWorld): Promise<Backend> {
  const work = callWork(config, world);
  const metrics = new ServerMetrics();
  const service = implement(GreeterService, greeter(config.identity, work), logger);
  const rpc = await buildServer({ connections: config.connections, services: [service], metrics });
  const routes = [...standardRoutes(rpc.health, metrics), ...work.routes];
  return new Backend(config, rpc, new AdminServer(routes, logger), logger);
}

/** A pod whose load is balanced: GreeterService on one port, probes, metrics and faults on another. */
export class Backend {
  readonly #config: BackendConfig;
  readonly #rpc: RpcServer;
  readonly #admin: AdminServer;
  readonly #logger: Logger;

  constructor(config: BackendConfig, rpc: RpcServer, admin: AdminServer, logger: Logger) {
    this.#config = config;
    this.#rpc = rpc;
    this.#admin = admin;
    this.#logger = logger;
  }

  /**
   * Listens on both ports and turns ready; resolves with the ports.
   * @throws {ListenError} when a port cannot be had.
   */
  async listen(): Promise<{ readonly grpcPort: number; readonly adminPort: number }> {
    const { host } = this.#config;
    const adminPort = await this.#admin.listen(host, this.#config.adminPort);
    this.#logger.info({ host, port: adminPort, protocol: "admin" }, "listening");
    const grpcPort = await this.#rpc.listen({ host, port: this.#config.grpcPort });
    this.#rpc.health.set(true);
    this.#logger.info({ host, port: grpcPort, protocol: "grpc" }, "listening");
    return { grpcPort, adminPort };
  }

  /** Drains: not ready, `DRAIN_DELAY_MS`, graceful shutdown within `SHUTDOWN_GRACE_MS`, then force. Aborting `hurry` forces at once. */
  async drain(hurry?: AbortSignal): Promise<DrainEnd> {
    const steps = {
      refuse: () => this.#rpc.health.set(false),
      finish: () => this.#rpc.finish(),
      force: () => this.#rpc.force(),
    };
    this.#logger.info(this.#config.drain, "draining");
    const end = await drain(steps, this.#config.drain, hurry);
    await this.#admin.close();
    this.#logger.info({ end }, "drained");
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rpc.force();
    await this.#admin.close();
  }
}
