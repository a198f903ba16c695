import type { ClientConfig } from "./client-config.ts";

/** The deadline of a call that starts now, as grpc-js takes it: ms since the epoch. */
export function callDeadline(config: Pick<ClientConfig, "deadlineMs">): number {
  return Date.now() + config.deadlineMs;
}
