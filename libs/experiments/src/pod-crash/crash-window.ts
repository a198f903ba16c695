import { balancerOf, isPinned } from "@grpc-lb-lab/modes";
import { type Observation, timingMs } from "../observation.ts";

/** What decides how long a crash shows. */
export type CrashBasis = Pick<Observation, "path" | "timings" | "abilities">;

/** How long after a crash a call may still start that fails, when nobody retries; infinite where nothing tells the balancer of it. */
export function crashWindowMs(basis: CrashBasis): number {
  if (isPinned(basis.path)) return reconnectedMs(basis);
  const { notice, learn } = balancerOf(basis.path);
  if (notice.crash.window !== undefined) return notice.crash.window.ms;
  return learn.by === "nothing" ? Number.POSITIVE_INFINITY : withdrawnMs(basis) + learn.staleMs;
}

/** How long after a crash everybody has noticed who ever will: how long `pod-crash` looks at least. */
export function settledMs(basis: CrashBasis): number {
  const windowMs = crashWindowMs(basis);
  return Math.max(Number.isFinite(windowMs) ? windowMs : 0, reconnectedMs(basis));
}

/** Until everyone that is told of endpoints knows that the dead one is gone. */
function withdrawnMs(basis: CrashBasis): number {
  return timingMs(basis, "endpointLagMs") + basis.abilities.pushMs;
}

/** A client that met the dead endpoint waits before it connects again, up to the back-off that began just before the withdrawal. */
function reconnectedMs(basis: CrashBasis): number {
  return withdrawnMs(basis) + longestBackoffMs(withdrawnMs(basis));
}

/** Source: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md: 1 s, each 1.6 times the one before, ± 20 %, 2 min at most. */
const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_GROWTH = 1.6;
const LONGEST_BACKOFF_MS = 120_000;
const JITTER = 0.2;

/** The longest back-off that can have begun within `afterMs` of the first failed attempt to connect. */
function longestBackoffMs(afterMs: number): number {
  let backoffMs = FIRST_BACKOFF_MS;
  let nextAtMs = (1 - JITTER) * backoffMs;
  while (nextAtMs <= afterMs && backoffMs < LONGEST_BACKOFF_MS) {
    backoffMs = Math.min(LONGEST_BACKOFF_MS, BACKOFF_GROWTH * backoffMs);
    nextAtMs += (1 - JITTER) * backoffMs;
  }
  return (1 + JITTER) * backoffMs;
}
