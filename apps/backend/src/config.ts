import {
  type ConnectionConfig,
  connectionConfig,
  type DrainTimes,
  type Env,
  grpcPortSetting,
  type Identity,
  identitySettings,
  type LogLevel,
  milliseconds,
  oneOf,
  readSettings,
  type Settings,
  serverSettings,
  whoAmI,
} from "@grpc-lb-lab/rpc";

/** The environment of the backend, with defaults and meanings. */
export const backendSettings = {
  GRPC_PORT: grpcPortSetting(50051),
  ...serverSettings,
  ...identitySettings,
  WORK_MS: {
    meaning: "Simulated work: each answer comes that much later, in ms",
    default: "0",
    schema: milliseconds(),
  },
  FAULTS: { meaning: "on opens /faults and /crash on the admin port", default: "off", schema: oneOf(["on", "off"]) },
} as const satisfies Settings;

/** The backend's configuration. */
export interface BackendConfig {
  readonly host: string;
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly connections: ConnectionConfig;
  readonly drain: DrainTimes;
  readonly identity: Identity;
  readonly logLevel: LogLevel;
  readonly workMs: number;
  readonly faults: boolean;
}

/**
 * Reads the backend's configuration from the environment.
 * @throws {ConfigError} with all mistakes together.
 */
export function loadConfig(env: Env): BackendConfig {
  const values = readSettings(backendSettings, env);
  return Object.freeze({
    host: values.HOST,
    grpcPort: values.GRPC_PORT,
    adminPort: values.ADMIN_PORT,
    connections: connectionConfig(values),
    drain: { delayMs: values.DRAIN_DELAY_MS, graceMs: values.SHUTDOWN_GRACE_MS },
    identity: whoAmI(env),
    logLevel: values.LOG_LEVEL,
    workMs: values.WORK_MS,
    faults: values.FAULTS === "on",
  });
}
