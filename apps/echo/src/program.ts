import type { Logger } from "@grpc-lb-lab/rpc";
import type { EchoConfig } from "./config.ts";
import { buildEcho, type Echo } from "./server.ts";

export { createLogger, logGrpc } from "@grpc-lb-lab/rpc";
export { loadConfig } from "./config.ts";

/** Builds the echo application as a process of its own. */
export function build(config: EchoConfig, logger: Logger): Promise<Echo> {
  return buildEcho(config, { logger, random: Math.random, exit: process.exit });
}
