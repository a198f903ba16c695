import { setTimeout as delay } from "node:timers/promises";

/** How {@link runPaced} goes about it. */
export interface Pace {
  readonly count: number;
  /** Starts per second; 0 for as fast as they end. */
  readonly qps: number;
  /** How many may be under way at a time. */
  readonly concurrency: number;
}

/**
 * Runs `run`, which must not reject, for 0 to count - 1, in order. With a pace the first starts after one interval, as Go's ticker has it; one that
 * could not start in time, because too many were under way, starts when it can. None starts once `signal` is aborted.
 */
export async function runPaced(
  { count, qps, concurrency }: Pace,
  signal: AbortSignal,
  run: (id: number) => Promise<void>,
): Promise<void> {
  const beganMs = performance.now();
  let next = 0;
  const work = async () => {
    while (next < count) {
      const id = next++;
      if (qps > 0) await waitUntil(beganMs + ((id + 1) * 1000) / qps, signal);
      if (signal.aborted) return;
      await run(id);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
}

/** Waits, but no longer than until `signal` aborts. */
async function waitUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const ms = atMs - performance.now();
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
}
