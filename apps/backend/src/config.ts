import {
  type ConnectionConfig,
  connectionConfig,
  type DrainTimes,
  type Env,
  grpcPortSetting,
  type Identity,
  identitySettings,
  type LogLevel,
  readSettings,
  type Settings,
  serverSettings,
  whoAmI,
} from "@grpc-lb-lab/rpc";
import { type WorkConfig, workConfig, workSettings } from "@grpc-lb-lab/rpc/work";

/** The environment of the backend, with defaults and meanings. */
export const backendSettings = {
  GRPC_PORT: grpcPortSetting(50051),
  ...serverSettings,
  ...identitySettings,
  ...workSettings,
} as const satisfies Settings;

/** The backend's configuration. */
export interface BackendConfig extends WorkConfig {
  readonly host: string;
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly connections: ConnectionConfig;
  readonly drain: DrainTimes;
  readonly identity: Identity;
  readonly logLevel: LogLevel;
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
    ...workConfig(values),
  });
}
