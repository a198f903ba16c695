import type { Logger } from "@grpc-lb-lab/rpc";
import type { BackendConfig } from "./config.ts";
import { type Backend, buildBackend } from "./server.ts";

export { createLogger, logGrpc } from "@grpc-lb-lab/rpc";
export { loadConfig } from "./config.ts";

/** Builds the backend as a process of its own. */
export function build(config: BackendConfig, logger: Logger): Promise<Backend> {
  return buildBackend(config, { logger, random: Math.random, exit: process.exit });
}
