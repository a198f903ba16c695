import { addAdminServicesToServer, Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { ActiveCalls } from "./active-calls.ts";
import { attemptEcho } from "./attempt-echo.ts";
import { callMetrics } from "./call-metrics.ts";
import { addChannelz } from "./channelz.ts";
import { ConfigError } from "./config-error.ts";
import type { GrpcService } from "./grpc-service.ts";
import { Health } from "./health.ts";
import { keepaliveOptions } from "./keepalive.ts";
import { addReflection } from "./reflection.ts";
import { RpcServer } from "./rpc-server.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { ConnectionConfig } from "./server-settings.ts";

/** What {@link buildServer} puts together. */
export interface BuildServerOptions {
  /** Plain or xDS, and what becomes of connections. */
  readonly connections: ConnectionConfig;
  /** The application's services, as `implement` makes them. */
  readonly services: readonly GrpcService[];
  /** Counts the calls. */
  readonly metrics: ServerMetrics;
}

/**
 * Builds a gRPC server with the services, health (NOT_SERVING yet), reflection, channelz (with xDS also CSDS), metrics and the echo of attempt
 * counts. It does not listen. grpc-js-xds is loaded for `kind: "xds"` only.
 * @throws {ConfigError} when the xDS bootstrap is missing or wrong.
 */
export async function buildServer({ connections, services, metrics }: BuildServerOptions): Promise<RpcServer> {
  const calls = new ActiveCalls();
  const interceptors = [callMetrics(metrics), attemptEcho, calls.interceptor];
  const options = { ...serverOptions(connections), interceptors };
  const health = new Health(services.map(({ name }) => name));
  const isXds = connections.kind === "xds";
  const { server, credentials } = isXds ? await xdsServer(options) : plainServer(options);
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  health.addToServer(server);
  addReflection(server, [...new Set(services.map(({ file }) => file))], [() => health.load()]);
  return new RpcServer({ server, credentials, health, calls, isXds });
}

function plainServer(options: ServerOptions) {
  const server = new Server(options);
  addChannelz(server);
  return { server, credentials: ServerCredentials.createInsecure() };
}

async function xdsServer(options: ServerOptions) {
  const xds = await import("@grpc/grpc-js-xds");
  xds.register();
  const server = withBootstrap(() => new xds.XdsServer(options));
  addAdminServicesToServer(server);
  return { server, credentials: new xds.XdsServerCredentials(ServerCredentials.createInsecure()) };
}

/** grpc-js-xds reads the bootstrap when a server is made. */
function withBootstrap<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const reason = `needs an xDS bootstrap: ${error instanceof Error ? error.message : error}`;
    throw new ConfigError([{ name: "GRPC_SERVER", value: "xds", reason }]);
  }
}

function serverOptions(connections: ConnectionConfig): ServerOptions {
  const { maxConnectionAgeMs, maxConnectionAgeGraceMs, keepaliveMs } = connections;
  return {
    ...(maxConnectionAgeMs > 0 ? { "grpc.max_connection_age_ms": maxConnectionAgeMs } : {}),
    ...(maxConnectionAgeGraceMs > 0 ? { "grpc.max_connection_age_grace_ms": maxConnectionAgeGraceMs } : {}),
    ...keepaliveOptions(keepaliveMs),
  };
}
