import { addAdminServicesToServer, Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { ActiveCalls } from "./active-calls.ts";
import { attemptEcho } from "./attempt-echo.ts";
import { callMetrics } from "./call-metrics.ts";
import { addChannelz } from "./channelz.ts";
import { ConfigError } from "./config-error.ts";
import type { GrpcService } from "./grpc-service.ts";
import { Health } from "./health.ts";
import { keepaliveOptions } from "./keepalive.ts";
import { loadXds } from "./load-xds.ts";
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
  /** Whether a plain server, too, tells of the process's xDS client (CSDS, gRFC A40). Default false: it would load grpc-js-xds. */
  readonly csds?: boolean;
  /** Longest message that the server takes (`grpc.max_receive_message_length`), in bytes; longer ones end RESOURCE_EXHAUSTED. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** Calls under way on one connection (`grpc.max_concurrent_streams`, HTTP/2's SETTINGS_MAX_CONCURRENT_STREAMS). Default: no limit. */
  readonly maxStreams?: number;
}

/**
 * Builds a gRPC server with the services, health (NOT_SERVING yet), reflection, channelz (with xDS also CSDS), metrics and the echo of attempt
 * counts. It does not listen. grpc-js-xds is loaded for `kind: "xds"` and for `csds` only.
 * @throws {ConfigError} when the xDS bootstrap is missing or wrong.
 */
export async function buildServer(options: BuildServerOptions): Promise<RpcServer> {
  const { connections, services, metrics, csds = false } = options;
  const calls = new ActiveCalls();
  const interceptors = [callMetrics(metrics), attemptEcho, calls.interceptor];
  const serverOptions = { ...connectionOptions(connections), ...limits(options), interceptors };
  const health = new Health(services.map(({ name }) => name));
  const isXds = connections.kind === "xds";
  const { server, credentials } = isXds ? await xdsServer(serverOptions) : await plainServer(serverOptions, csds);
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  health.addToServer(server);
  addReflection(server, [...new Set(services.map(({ file }) => file))], [() => health.load()]);
  return new RpcServer({ server, credentials, health, calls, isXds });
}

async function plainServer(options: ServerOptions, csds: boolean) {
  const server = new Server(options);
  if (csds) {
    await loadXds();
    addAdminServicesToServer(server);
  } else addChannelz(server);
  return { server, credentials: ServerCredentials.createInsecure() };
}

async function xdsServer(options: ServerOptions) {
  const xds = await loadXds();
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

function limits({ maxMessageBytes, maxStreams }: BuildServerOptions): ServerOptions {
  return {
    ...(maxMessageBytes === undefined ? {} : { "grpc.max_receive_message_length": maxMessageBytes }),
    ...(maxStreams === undefined ? {} : { "grpc.max_concurrent_streams": maxStreams }),
  };
}

function connectionOptions(connections: ConnectionConfig): ServerOptions {
  const { maxConnectionAgeMs, maxConnectionAgeGraceMs, keepaliveMs } = connections;
  return {
    ...(maxConnectionAgeMs > 0 ? { "grpc.max_connection_age_ms": maxConnectionAgeMs } : {}),
    ...(maxConnectionAgeGraceMs > 0 ? { "grpc.max_connection_age_grace_ms": maxConnectionAgeGraceMs } : {}),
    ...keepaliveOptions(keepaliveMs),
  };
}
