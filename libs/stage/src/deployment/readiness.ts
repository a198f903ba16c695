import { setTimeout as delay } from "node:timers/promises";
import { NotStartedError } from "@grpc-lb-lab/stage-api";
import type { Probe } from "./probes.ts";

/** Between two readiness probes of what is starting; the kubelet's own period is 10 s by default, 1 s at least. */
const PROBE_PERIOD_MS = 20;

/** What is starting, and how long it may take. */
export interface Starting {
  /** `pod backend-1`, for messages. */
  readonly what: string;
  /** Its readiness probe. */
  readonly probe: Probe;
  /** Rejects, with the reason, when it ends before. */
  readonly gone: Promise<never>;
  /** What it wrote last. */
  readonly lastWords: () => string | Promise<string>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the readiness probe succeeds.
 * @throws {NotStartedError} with its last words when it is not ready in time; as `gone` does when it ends; the signal's reason when that aborts.
 */
export async function untilReady(starting: Starting): Promise<void> {
  const { what, probe, gone, deadlineMs, signal } = starting;
  gone.catch(() => {}); // A later end is told elsewhere.
  const timeout = AbortSignal.timeout(deadlineMs);
  const settled = new AbortController();
  try {
    await Promise.race([gone, probing(probe, AbortSignal.any([signal, timeout, settled.signal]))]);
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new NotStartedError(`${what} was not ready within ${deadlineMs} ms`, {
      lastWords: await starting.lastWords(),
      hasEnded: false,
    });
  } finally {
    settled.abort();
  }
}

async function probing(probe: Probe, signal: AbortSignal): Promise<void> {
  while (!(await probe(signal))) await delay(PROBE_PERIOD_MS, undefined, { signal });
}
