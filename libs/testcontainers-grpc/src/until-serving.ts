import { setTimeout as delay } from "node:timers/promises";
import { HealthClient } from "./health-client.ts";
import type { GrpcHealthOptions } from "./options.ts";

/** One wait. */
export interface Waiting {
  /** Where the health service is reached: host and port. */
  readonly address: string;
  readonly options: GrpcHealthOptions;
  /** How long to wait in all. */
  readonly timeoutMs: number;
  /** How the container has ended, in words, if it has: nobody will answer any more. */
  readonly ended: () => Promise<string | undefined>;
}

const DEADLINE_MS = 1_000;
const INTERVAL_MS = 100;

/**
 * Asks a health service again and again until it says SERVING. Every other answer may change: a service that is unknown, or a proxy without routes,
 * may only not be there yet.
 * @throws Error with the last answer after `timeoutMs`, or with how the container has ended.
 */
export async function untilServing({ address, options, timeoutMs, ended }: Waiting): Promise<void> {
  const { deadlineMs = DEADLINE_MS, intervalMs = INTERVAL_MS } = options;
  const endsAtMs = performance.now() + timeoutMs;
  using client = new HealthClient(address, intervalMs, options);
  let lastAnswer: string | undefined;
  for (;;) {
    const leftMs = endsAtMs - performance.now();
    const answer = await client.check(Math.min(deadlineMs, leftMs));
    if (answer === "SERVING") return;
    // A question that the end of the wait cuts short tells less than the answer before it.
    if (lastAnswer === undefined || leftMs >= deadlineMs || !answer.startsWith("DEADLINE_EXCEEDED"))
      lastAnswer = answer;
    const end = await ended();
    if (end !== undefined) throw new Error(end);
    if (performance.now() + intervalMs >= endsAtMs)
      throw new Error(`it was not SERVING within ${timeoutMs} ms; the last answer was ${lastAnswer}`);
    await delay(intervalMs);
  }
}
