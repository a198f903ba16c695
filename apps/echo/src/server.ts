import { EchoTestService } from "@grpc-lb-lab/proto";
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
import { type CallWork, callWork, type WorkWorld } from "@grpc-lb-lab/rpc/work";
import type { EchoConfig } from "./config.ts";
import { echoService } from "./echo-service.ts";
import { Forwarder } from "./forward/forwarder.ts";
import { HttpEchoServer } from "./http/http-echo-server.ts";

/** What the echo application needs of the world around it. */
export interface EchoWorld extends WorkWorld {
  readonly logger: Logger;
}

/** The ports that an {@link Echo} listens on. */
export interface EchoPorts {
  readonly admin: number;
  readonly http: readonly number[];
  readonly plainGrpc: number;
  readonly grpc: number;
}

interface EchoParts {
  readonly main: GrpcEndpoint;
  readonly plain: GrpcEndpoint;
  readonly http: readonly HttpEchoServer[];
  readonly admin: AdminServer;
}

/** Builds an echo application, which does not listen yet. */
export async function buildEcho(config: EchoConfig, { logger, random, exit }: EchoWorld): Promise<Echo> {
  const parts = { metrics: new ServerMetrics(), work: callWork(config, { random, exit }), logger };
  const main = await grpcEndpoint(config, parts);
  const plain = await grpcEndpoint(config, parts, "plain");
  const { health } = main.server;
  const world = { identity: config.identity, ready: () => health.serving, random };
  const http = config.httpPorts.map(() => new HttpEchoServer(world));
  const routes = [...standardRoutes(health, parts.metrics), ...parts.work.routes];
  return new Echo(config, { main, plain, http, admin: new AdminServer(routes, logger) }, logger);
}

/** A gRPC server, and the port that its answers name once it listens. */
interface GrpcEndpoint {
  readonly server: RpcServer;
  port: number;
}

/** What both gRPC servers have in common. */
interface SharedParts {
  readonly metrics: ServerMetrics;
  readonly work: CallWork;
  readonly logger: Logger;
}

async function grpcEndpoint(
  { identity, connections, targets }: EchoConfig,
  { metrics, work, logger }: SharedParts,
  kind = connections.kind,
): Promise<GrpcEndpoint> {
  const forwarder = new Forwarder(targets);
  const endpoint = { port: 0 };
  const service = implement(
    EchoTestService,
    echoService(identity, () => endpoint.port, forwarder, work),
    logger,
  );
  const csds = targets.hasXdsBootstrap;
  const server = await buildServer({ connections: { ...connections, kind }, services: [service], metrics, csds });
  return Object.assign(endpoint, { server });
}

/** Istio's echo application: EchoTestService on two gRPC ports, the HTTP echo on others, probes and metrics on one more. */
export class Echo {
  readonly #config: EchoConfig;
  readonly #parts: EchoParts;
  readonly #logger: Logger;

  constructor(config: EchoConfig, parts: EchoParts, logger: Logger) {
    this.#config = config;
    this.#parts = parts;
    this.#logger = logger;
  }

  /**
   * Listens on all ports and turns ready; resolves with the ports. The main gRPC port comes last, as an xDS server waits for its control plane.
   * @throws {ListenError} when a port cannot be had.
   */
  async listen(): Promise<EchoPorts> {
    const { host, adminPort, httpPorts, plainGrpcPort, grpcPort } = this.#config;
    const { admin, http, plain, main } = this.#parts;
    const adminBound = this.#listening("admin", await admin.listen(host, adminPort));
    const httpBound: number[] = [];
    for (const [index, server] of http.entries())
      httpBound.push(this.#listening("http", await server.listen(host, httpPorts[index] ?? 0)));
    plain.port = await plain.server.listen({ host, port: plainGrpcPort, portVariable: "PLAIN_GRPC_PORT" });
    this.#listening("plain-grpc", plain.port);
    main.port = await main.server.listen({ host, port: grpcPort });
    this.#setReady(true);
    this.#listening("grpc", main.port);
    return { admin: adminBound, http: httpBound, plainGrpc: plain.port, grpc: main.port };
  }

  /** Drains: not ready, `DRAIN_DELAY_MS`, graceful shutdown within `SHUTDOWN_GRACE_MS`, then force. Aborting `hurry` forces at once. */
  async drain(hurry?: AbortSignal): Promise<DrainEnd> {
    const servers = this.#trafficServers();
    const steps = {
      refuse: () => this.#setReady(false),
      finish: async () => void (await Promise.all(servers.map((server) => server.finish()))),
      force: async () => void (await Promise.all(servers.map((server) => server.force()))),
    };
    this.#logger.info(this.#config.drain, "draining");
    const end = await drain(steps, this.#config.drain, hurry);
    await this.#parts.admin.close();
    this.#logger.info({ end }, "drained");
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#trafficServers().map((server) => server.force()));
    await this.#parts.admin.close();
  }

  #trafficServers(): readonly (RpcServer | HttpEchoServer)[] {
    const { main, plain, http } = this.#parts;
    return [main.server, plain.server, ...http];
  }

  #setReady(ready: boolean): void {
    for (const { server } of [this.#parts.main, this.#parts.plain]) server.health.set(ready);
  }

  #listening(protocol: string, port: number): number {
    this.#logger.info({ host: this.#config.host, port, protocol }, "listening");
    return port;
  }
}
