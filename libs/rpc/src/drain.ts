import { setTimeout as delay } from "node:timers/promises";

/** What a server does when it is told to end, in this order. */
export interface DrainSteps {
  /** Turns readiness and health false; calls are still taken. */
  refuse(): void;
  /** Takes no new calls, tells clients to go elsewhere (GOAWAY), and resolves when the last call has ended. */
  finish(): Promise<void>;
  /** Ends what is left, at once. */
  force(): void | Promise<void>;
}

/** How long the steps of {@link drain} may take, in ms. */
export interface DrainTimes {
  /** How long to go on serving while clients and proxies learn of it. 0 where a preStop hook sleeps instead. */
  readonly delayMs: number;
  /** How long calls in flight may take to end. */
  readonly graceMs: number;
}

/** How a drain ended: all calls finished, the grace ran out, or `hurry` aborted. */
export type DrainEnd = "finished" | "grace-over" | "hurried";

/** Ends a server in the order that loses no calls. Aborting `hurry` (a second signal) forces at once. Never rejects. */
export async function drain(steps: DrainSteps, times: DrainTimes, hurry?: AbortSignal): Promise<DrainEnd> {
  steps.refuse();
  await wait(times.delayMs, hurry);
  const finished = hurry?.aborted ? undefined : steps.finish().then(() => "finished" as const);
  const end = finished === undefined ? "hurried" : await firstOf(finished, times.graceMs, hurry);
  if (end !== "finished") await steps.force();
  return end;
}

async function firstOf(finished: Promise<"finished">, graceMs: number, hurry?: AbortSignal): Promise<DrainEnd> {
  const done = new AbortController();
  const signal = hurry === undefined ? done.signal : AbortSignal.any([hurry, done.signal]);
  const over = wait(graceMs, signal).then(() => (hurry?.aborted ? "hurried" : "grace-over"));
  try {
    return await Promise.race([finished, over]);
  } finally {
    done.abort();
  }
}

/** Waits, but no longer than until `signal` aborts. */
async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms === 0 || signal?.aborted) return;
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
