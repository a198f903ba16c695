import { Client, credentials } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { createLogger } from "@grpc-lb-lab/rpc";
import { loadConfig } from "../config.ts";
import { buildFrontend } from "../server.ts";
import { type GreeterFunctions, startTestPod } from "./test-pod.ts";

/** Of `vi.waitFor`: long enough for a busy machine; what is waited for ends the wait. */
export const PATIENT = { timeout: 60_000, interval: 5 };

/** The environment of a frontend on free loopback ports. */
export const FREE_PORTS = { HOST: "127.0.0.1", HTTP_PORT: "0", GRPC_PORT: "0", ADMIN_PORT: "0" } as const;

/** A frontend in this process on free loopback ports, with a pod of its own behind it and a gRPC client before it. */
export async function startTestFrontend(
  env: Readonly<Record<string, string>> = {},
  overrides: Partial<GreeterFunctions> = {},
) {
  const pod = await startTestPod("pod-a", overrides);
  const log: string[] = [];
  const logger = createLogger("info", { write: (line) => log.push(line) });
  const config = loadConfig({ ...FREE_PORTS, BACKEND_TARGET: pod.address, BACKEND_DEADLINE_MS: "20000", ...env });
  const frontend = await buildFrontend(config, logger);
  const ports = await frontend.listen();
  const client = new Client(`127.0.0.1:${ports.grpc}`, credentials.createInsecure());
  return {
    frontend,
    pod,
    ports,
    log,
    /** Of the HTTP port, without a slash at its end. */
    url: `http://127.0.0.1:${ports.http}`,
    grpcAddress: `127.0.0.1:${ports.grpc}`,
    greeter: serviceClient(GreeterService, client),
    admin: (path: string) => fetch(`http://127.0.0.1:${ports.admin}${path}`),
    async [Symbol.asyncDispose]() {
      client.close();
      await frontend[Symbol.asyncDispose]();
      await pod[Symbol.asyncDispose]();
    },
  };
}
