import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "@grpc-lb-lab/measure";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage/load-lines";
import { BackOff } from "./back-off.ts";
import type { Caller, Outcome } from "./caller.ts";

/** Short, so that a pod that comes up is not met late. */
const LONGEST_PAUSE_MS = 100;

/** How a warm-up ended. */
export interface WarmUp {
  readonly calls: number;
  readonly complete: boolean;
}

/**
 * Calls one after the other, uncounted, until `distinctPods` pods have answered and `calls` are made, or `maxMs` has passed: by then
 * every connection that the mode is going to have is up. Resolves with the number of calls, and whether all those pods have answered.
 */
export async function warmUp(
  call: Caller,
  warm: CompleteLoadSpec["warmUp"],
  isStopped: () => boolean,
): Promise<WarmUp> {
  const endAtMs = monotonicMs() + warm.maxMs;
  const pods = new Set<string>();
  const backOff = new BackOff(LONGEST_PAUSE_MS);
  let calls = 0;
  while ((pods.size < warm.distinctPods || calls < warm.calls) && monotonicMs() < endAtMs && !isStopped()) {
    const { servedBy } = await new Promise<Outcome>((ended) => call(ended));
    if (servedBy !== undefined) pods.add(servedBy.pod);
    calls += 1;
    const pauseMs = backOff.after(servedBy === undefined);
    if (pauseMs > 0) await delay(pauseMs);
  }
  return { calls, complete: pods.size >= warm.distinctPods };
}
