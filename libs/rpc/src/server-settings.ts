import { everyAddress } from "@grpc-lb-lab/http-server";
import { loggerSettings } from "./logger.ts";
import { milliseconds, oneOf, port, text } from "./setting-schemas.ts";
import type { Setting, Settings, SettingValues } from "./settings.ts";

/** How a gRPC server gets its configuration: from its options, or from an xDS control plane (gRFC A36). */
export const GRPC_SERVERS = ["plain", "xds"] as const;
/** One of {@link GRPC_SERVERS}. */
export type GrpcServerKind = (typeof GRPC_SERVERS)[number];

/** The port of a gRPC server; each application has its own default. */
export function grpcPortSetting(defaultPort: number): Setting<number> {
  return { meaning: "Port of the gRPC server; 0 lets the system choose", default: String(defaultPort), schema: port };
}

/** The environment that every server has. */
export const serverSettings = {
  HOST: {
    meaning:
      "Address to listen on; :: is every address, IPv4 and IPv6. An xds server always listens on every address; it asks for its listener by this one, or by 0.0.0.0 for ::",
    default: everyAddress(),
    defaultText: ":: (0.0.0.0 without IPv6)",
    schema: text,
  },
  ADMIN_PORT: {
    meaning: "Port of the HTTP server for probes and metrics; 0 lets the system choose",
    default: "9090",
    schema: port,
  },
  GRPC_SERVER: {
    meaning: "plain, or xds: configured by the control plane of GRPC_XDS_BOOTSTRAP",
    default: "plain",
    schema: oneOf(GRPC_SERVERS),
  },
  MAX_CONNECTION_AGE_MS: {
    meaning: "Age at which a connection gets a GOAWAY, ±10 %, in ms; 0: never",
    default: "0",
    schema: milliseconds(),
  },
  MAX_CONNECTION_AGE_GRACE_MS: {
    meaning: "How long calls may continue after that GOAWAY, in ms; 0: no limit",
    default: "0",
    schema: milliseconds(),
  },
  SERVER_KEEPALIVE_MS: {
    meaning: "Interval of the server's HTTP/2 keepalive pings, in ms; 0 sends none",
    default: "0",
    schema: milliseconds(),
  },
  DRAIN_DELAY_MS: {
    meaning: "How long to continue serving after SIGTERM, as not ready, in ms; 0 if a preStop hook sleeps",
    default: "0",
    schema: milliseconds(),
  },
  SHUTDOWN_GRACE_MS: {
    meaning: "How long calls in flight may take after that before the server ends them, in ms",
    default: "20000",
    schema: milliseconds(),
  },
  ...loggerSettings,
} as const satisfies Settings;

/** What a server does with its connections. Ms, 0 for off. */
export interface ConnectionConfig {
  readonly kind: GrpcServerKind;
  readonly maxConnectionAgeMs: number;
  readonly maxConnectionAgeGraceMs: number;
  readonly keepaliveMs: number;
}

/** The part of the settings that is about connections. */
export function connectionConfig(values: SettingValues<typeof serverSettings>): ConnectionConfig {
  return {
    kind: values.GRPC_SERVER,
    maxConnectionAgeMs: values.MAX_CONNECTION_AGE_MS,
    maxConnectionAgeGraceMs: values.MAX_CONNECTION_AGE_GRACE_MS,
    keepaliveMs: values.SERVER_KEEPALIVE_MS,
  };
}
