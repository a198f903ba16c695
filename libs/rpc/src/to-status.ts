import { type ServiceError, status } from "@grpc/grpc-js";
import type { Logger } from "./logger.ts";
import { StatusError } from "./status-error.ts";

/**
 * Turns what a handler threw into the status that the client sees. A {@link StatusError} passes as it is; anything else is a defect:
 * it is logged whole and masked as INTERNAL, so that no detail of the server leaks.
 */
export function toStatus(thrown: unknown, method: string, logger: Logger): Partial<ServiceError> {
  if (thrown instanceof StatusError) {
    const { code, details, metadata } = thrown;
    return metadata === undefined ? { code, details } : { code, details, metadata };
  }
  logger.error({ err: thrown, method }, "handler failed");
  return { code: status.INTERNAL, details: "internal error" };
}
