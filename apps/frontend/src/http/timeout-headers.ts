import type { IncomingMessage } from "node:http";
import { status } from "@grpc/grpc-js";
import { HttpError } from "./http-error.ts";

const MS_PER_UNIT: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The time that a REST client gives in `X-Timeout-Ms`; undefined without one.
 * @throws {HttpError} 400 when it is no whole number of ms above 0.
 */
export function restTimeoutMs({ headers }: IncomingMessage): number | undefined {
  const given = headers["x-timeout-ms"];
  if (given === undefined) return undefined;
  if (typeof given !== "string" || !/^[1-9]\d{0,9}$/.test(given))
    throw new HttpError(status.INVALID_ARGUMENT, "X-Timeout-Ms must be a whole number of ms, at least 1");
  return Number(given);
}

/**
 * Cuts the `Connect-Timeout-Ms` or `grpc-timeout` of a request to `maxMs`. Both can ask for more than a timer of Node can wait, which would then fire at
 * once. What is malformed stays: the protocol's own code answers it.
 */
export function capTimeoutHeaders({ headers }: IncomingMessage, maxMs: number): void {
  const connect = headers["connect-timeout-ms"];
  if (typeof connect === "string" && /^\d{1,10}$/.test(connect) && Number(connect) > maxMs)
    headers["connect-timeout-ms"] = String(maxMs);
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(headers["grpc-timeout"] ?? "")) ?? [];
  if (Number(amount) * (MS_PER_UNIT[unit] ?? 0) > maxMs) headers["grpc-timeout"] = grpcTimeout(maxMs);
}

/** At most 8 digits: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests. */
function grpcTimeout(ms: number): string {
  return ms < 1e8 ? `${ms}m` : `${Math.floor(ms / 1_000)}S`;
}
