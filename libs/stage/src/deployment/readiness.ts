import { setTimeout as delay } from "node:timers/promises";
import { InputError } from "../input-error.ts";

/** Between two readiness probes of what is starting; the kubelet's own period is 10 s by default, 1 s at least. */
const PROBE_PERIOD_MS = 20;
/** The kubelet's default, `timeoutSeconds: 1`. */
const PROBE_TIMEOUT_MS = 1_000;

/** What is starting, and how long it may take. */
export interface Starting {
  /** `pod backend-1`, for messages. */
  readonly what: string;
  /** Its readiness probe: any 2xx will do. */
  readonly url: string;
  /** Rejects, with the reason, when it ends before. */
  readonly gone: Promise<never>;
  /** What it wrote last. */
  readonly lastWords: () => string | Promise<string>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the readiness probe succeeds.
 * @throws {InputError} with its last words when it is not ready in time; as `gone` does when it ends; the signal's reason when that aborts.
 */
export async function untilReady(starting: Starting): Promise<void> {
  const { what, url, gone, deadlineMs, signal } = starting;
  gone.catch(() => {}); // A later end is told elsewhere.
  const timeout = AbortSignal.timeout(deadlineMs);
  const settled = new AbortController();
  try {
    await Promise.race([gone, probing(url, AbortSignal.any([signal, timeout, settled.signal]))]);
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new InputError(`${what} was not ready within ${deadlineMs} ms: ${await starting.lastWords()}`);
  } finally {
    settled.abort();
  }
}

async function probing(url: string, signal: AbortSignal): Promise<void> {
  while (!(await probe(url, signal))) await delay(PROBE_PERIOD_MS, undefined, { signal });
}

async function probe(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
    const response = await fetch(url, { signal: patience, headers: { connection: "close" } });
    await response.body?.cancel();
    return response.ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
