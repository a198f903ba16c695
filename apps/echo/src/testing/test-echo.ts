import { Client, credentials } from "@grpc/grpc-js";
import { createLogger } from "@grpc-lb-lab/rpc";
import { loadConfig } from "../config.ts";
import { buildEcho, type Echo, type EchoPorts } from "../server.ts";

/** An echo application in this process, on free ports, and a client of its plain port. */
export interface TestEcho extends AsyncDisposable {
  readonly echo: Echo;
  readonly ports: EchoPorts;
  readonly client: Client;
  /** Of the main gRPC port: `127.0.0.1:port`. */
  readonly address: string;
  /** Of the first HTTP port: `http://127.0.0.1:port`. */
  readonly httpUrl: string;
  /** The exit codes that the application asked for. */
  readonly exits: readonly number[];
  /** Asks the admin port. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** The calls that have reached a handler and not ended. */
  activeCalls(): Promise<number>;
}

/** The environment of an echo application on free loopback ports. */
export const FREE_PORTS = {
  HOST: "127.0.0.1",
  GRPC_PORT: "0",
  PLAIN_GRPC_PORT: "0",
  HTTP_PORT: "0",
  ADMIN_PORT: "0",
} as const;

/** Starts an echo application in this process on free loopback ports. A crash is noted in `exits` and ends nothing. */
export async function startTestEcho(env: Record<string, string> = {}, random = () => 0.5): Promise<TestEcho> {
  const config = loadConfig({ ...FREE_PORTS, POD_NAME: "echo-a", VERSION: "v1", ...env });
  const exits: number[] = [];
  const exit = (code: number): never => {
    exits.push(code);
    throw new Error("the process would have ended");
  };
  const echo = await buildEcho(config, { logger: createLogger("silent"), random, exit });
  const ports = await echo.listen();
  const admin = (path: string, init?: RequestInit) => fetch(`http://${config.host}:${ports.admin}${path}`, init);
  const client = new Client(`${config.host}:${ports.plainGrpc}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_receive_message_length": -1,
  });
  return {
    echo,
    ports,
    client,
    address: `${config.host}:${ports.grpc}`,
    httpUrl: `http://${config.host}:${ports.http[0]}`,
    exits,
    admin,
    async activeCalls() {
      const metrics = await (await admin("/metrics")).text();
      return Number(/^rpc_server_active_calls (\d+)/m.exec(metrics)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await echo[Symbol.asyncDispose]();
    },
  };
}
