import type { Client } from "@grpc/grpc-js";
import {
  AdminServer,
  buildServer,
  createClient,
  type DrainEnd,
  drain,
  type Logger,
  parseTarget,
  type RpcServer,
  ServerMetrics,
  standardRoutes,
} from "@grpc-lb-lab/rpc";
import { GreeterClient } from "./backend/greeter-client.ts";
import type { FrontendConfig } from "./config.ts";
import { greeterService } from "./grpc/greeter-service.ts";
import { HttpServer } from "./http/http-server.ts";
import { restRoutes } from "./http/rest-routes.ts";
import { RpcRoutes } from "./http/rpc-routes.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { pageRoutes } from "./page/page-routes.ts";
import { CallStats } from "./traffic/call-stats.ts";
import { Traffic } from "./traffic/traffic.ts";

/** The ports that a {@link Frontend} listens on. */
export interface FrontendPorts {
  readonly admin: number;
  readonly http: number;
  readonly grpc: number;
}

interface FrontendParts {
  readonly client: Client;
  readonly traffic: Traffic;
  readonly rpc: RpcServer;
  readonly http: HttpServer;
  readonly admin: AdminServer;
}

/**
 * Builds a frontend, which does not listen yet.
 * @throws {ConfigError} when an xDS bootstrap that is needed is missing or wrong.
 */
export async function buildFrontend(config: FrontendConfig, logger: Logger): Promise<Frontend> {
  const { connections, backend, deadlines, forwardHeaders, maxCalls } = config;
  const client = await createClient(backend);
  const stats = new CallStats();
  const greeter = new GreeterClient({ client, maxCalls, onFinished: (call) => stats.record(call) });
  const traffic = new Traffic(greeter);
  const metrics = new ServerMetrics();
  const carry = { deadlines, forwardHeaders };
  const services = [greeterService(greeter, carry, logger)];
  const csds = parseTarget(backend.target).scheme === "xds";
  const { maxBodyBytes } = config.http;
  const { maxStreams } = config;
  const rpc = await buildServer({ connections, services, metrics, csds, maxMessageBytes: maxBodyBytes, maxStreams });
  const http = new HttpServer({
    routes: [...restRoutes({ greeter, maxBodyBytes, ...carry }), ...pageRoutes({ stats, traffic, ...config })],
    rpc: new RpcRoutes({ greeter, maxBodyBytes, ...carry }),
    limits: config.http,
    headers: securityHeaders(config.compareWith),
    logger,
  });
  const admin = new AdminServer(standardRoutes(rpc.health, metrics), logger);
  return new Frontend(config, { client, traffic, rpc, http, admin }, logger);
}

/** The public edge: REST, Connect, gRPC-Web and the page on one port, native gRPC on another, probes and metrics on a third. */
export class Frontend {
  readonly #config: FrontendConfig;
  readonly #parts: FrontendParts;
  readonly #logger: Logger;

  constructor(config: FrontendConfig, parts: FrontendParts, logger: Logger) {
    this.#config = config;
    this.#parts = parts;
    this.#logger = logger;
  }

  /**
   * Listens on all ports and turns ready; resolves with the ports. The gRPC port comes last, as an xDS server waits for its control plane.
   * @throws {ListenError} when a port cannot be had.
   */
  async listen(): Promise<FrontendPorts> {
    const { host, adminPort, httpPort, grpcPort } = this.#config;
    const { admin, http, rpc } = this.#parts;
    const adminBound = this.#listening("admin", await admin.listen(host, adminPort));
    const httpBound = this.#listening("http", await http.listen(host, httpPort));
    const grpcBound = await rpc.listen({ host, port: grpcPort });
    rpc.health.set(true);
    this.#listening("grpc", grpcBound);
    return { admin: adminBound, http: httpBound, grpc: grpcBound };
  }

  /**
   * Drains: not ready, `DRAIN_DELAY_MS`, then the page's own load and its live feeds end, the rest gets `SHUTDOWN_GRACE_MS` to finish, and is forced. Aborting
   * `hurry` forces at once.
   */
  async drain(hurry?: AbortSignal): Promise<DrainEnd> {
    const { rpc, http, traffic } = this.#parts;
    const steps = {
      refuse: () => rpc.health.set(false),
      finish: async () => void (await Promise.all([traffic[Symbol.asyncDispose](), http.finish(), rpc.finish()])),
      force: () => this.#force(),
    };
    this.#logger.info(this.#config.drain, "draining");
    const end = await drain(steps, this.#config.drain, hurry);
    await this.#close();
    this.#logger.info({ end }, "drained");
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#force();
    await this.#close();
  }

  async #force(): Promise<void> {
    const { rpc, http, traffic } = this.#parts;
    await Promise.all([traffic[Symbol.asyncDispose](), http.force(), rpc.force()]);
  }

  async #close(): Promise<void> {
    this.#parts.client.close();
    await this.#parts.admin.close();
  }

  #listening(protocol: string, port: number): number {
    this.#logger.info({ host: this.#config.host, port, protocol }, "listening");
    return port;
  }
}
