import { Client, credentials } from "@grpc/grpc-js";
import { GreeterService, type ServiceClient, serviceClient } from "@grpc-lb-lab/proto";
import { createLogger } from "@grpc-lb-lab/rpc";
import { loadConfig } from "../config.ts";
import { type Backend, buildBackend } from "../server.ts";

/** A backend in this process, on free ports, and a client of it. */
export interface TestBackend extends AsyncDisposable {
  readonly backend: Backend;
  readonly client: Client;
  readonly greeter: ServiceClient<typeof GreeterService>;
  readonly grpcPort: number;
  readonly adminPort: number;
  /** The exit codes that the backend asked for. */
  readonly exits: readonly number[];
  admin(path: string, init?: RequestInit): Promise<Response>;
}

/** Starts a backend in this process on free loopback ports. `random` decides on faults; a crash is noted in `exits` and ends nothing. */
export async function startTestBackend(env: Record<string, string> = {}, random = () => 0.5): Promise<TestBackend> {
  const config = loadConfig({ HOST: "127.0.0.1", GRPC_PORT: "0", ADMIN_PORT: "0", POD_NAME: "pod-a", ...env });
  const exits: number[] = [];
  const exit = (code: number): never => {
    exits.push(code);
    throw new Error("the process would have ended");
  };
  const backend = await buildBackend(config, { logger: createLogger("silent"), random, exit });
  const { grpcPort, adminPort } = await backend.listen();
  const client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  return {
    backend,
    client,
    greeter: serviceClient(GreeterService, client),
    grpcPort,
    adminPort,
    exits,
    admin: (path, init) => fetch(`http://127.0.0.1:${adminPort}${path}`, init),
    async [Symbol.asyncDispose]() {
      client.close();
      await backend[Symbol.asyncDispose]();
    },
  };
}
