import {
  type ConnectionConfig,
  connectionConfig,
  type DrainTimes,
  type Env,
  grpcPortSetting,
  identitySettings,
  type LogLevel,
  port,
  readSettings,
  type Settings,
  serverSettings,
  text,
} from "@grpc-lb-lab/rpc";
import { type WorkConfig, workConfig, workSettings } from "@grpc-lb-lab/rpc/work";
import * as v from "valibot";
import type { TargetContext } from "./forward/forward-target.ts";

const PORTS_MESSAGE = "must be different ports from 0 to 65535, separated by commas";

const portList = v.pipe(
  v.string(),
  v.transform((list) => list.split(",")),
  v.array(port, PORTS_MESSAGE),
  v.check((ports) => !ports.some((one, index) => one > 0 && ports.indexOf(one) !== index), PORTS_MESSAGE),
);

/** The environment of the echo application, with defaults and meanings. The ports are those of Istio's sample. */
export const echoSettings = {
  GRPC_PORT: grpcPortSetting(17070),
  PLAIN_GRPC_PORT: {
    meaning:
      "Port of a second gRPC server, for ForwardEcho; it is plain even with GRPC_SERVER=xds; 0 lets the system choose",
    default: "17171",
    schema: port,
  },
  HTTP_PORT: {
    meaning: "Ports of the HTTP echo, separated by commas; 0 lets the system choose",
    default: "8080,3333",
    schema: portList,
  },
  ...serverSettings,
  POD_NAME: identitySettings.POD_NAME,
  VERSION: identitySettings.VERSION,
  ZONE: identitySettings.ZONE,
  POD_NAMESPACE: {
    meaning: "Namespace in answers; it also completes short names in xds:/// URLs",
    default: "",
    schema: text,
  },
  ...workSettings,
} as const satisfies Settings;

/** Who answers: what the lines of an answer tell of the pod. */
export interface EchoIdentity {
  readonly pod: string;
  readonly version: string;
  readonly namespace: string;
  readonly zone: string;
}

/** The echo application's configuration. */
export interface EchoConfig extends WorkConfig {
  readonly host: string;
  readonly grpcPort: number;
  readonly plainGrpcPort: number;
  readonly httpPorts: readonly number[];
  readonly adminPort: number;
  readonly connections: ConnectionConfig;
  readonly drain: DrainTimes;
  readonly identity: EchoIdentity;
  readonly logLevel: LogLevel;
  readonly targets: TargetContext;
}

/**
 * Reads the echo application's configuration from the environment.
 * @throws {ConfigError} with all mistakes together.
 */
export function loadConfig(env: Env): EchoConfig {
  const values = readSettings(echoSettings, env);
  return Object.freeze({
    host: values.HOST,
    grpcPort: values.GRPC_PORT,
    plainGrpcPort: values.PLAIN_GRPC_PORT,
    httpPorts: values.HTTP_PORT,
    adminPort: values.ADMIN_PORT,
    connections: connectionConfig(values),
    drain: { delayMs: values.DRAIN_DELAY_MS, graceMs: values.SHUTDOWN_GRACE_MS },
    identity: { pod: values.POD_NAME, version: values.VERSION, namespace: values.POD_NAMESPACE, zone: values.ZONE },
    logLevel: values.LOG_LEVEL,
    ...workConfig(values),
    targets: {
      namespace: values.POD_NAMESPACE,
      asksDnsServers: env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER === "true",
      hasXdsBootstrap: Boolean(env.GRPC_XDS_BOOTSTRAP || env.GRPC_XDS_BOOTSTRAP_CONFIG),
    },
  });
}
