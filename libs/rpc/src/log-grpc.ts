import { setLogger } from "@grpc/grpc-js";
import type { Logger } from "./logger.ts";

/** Sends grpc-js's own log, which it would print to stderr, through `logger`. For the whole process. */
export function logGrpc(logger: Logger): void {
  setLogger({
    error: (...words: unknown[]) => logger.warn(words.join(" ")),
    info: (...words: unknown[]) => logger.info(words.join(" ")),
    debug: (...words: unknown[]) => logger.debug(words.join(" ")),
  });
}
