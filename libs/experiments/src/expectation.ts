import type { CallRecord, Expectation } from "@grpc-lb-lab/measure";
import { failedCalls } from "./observation.ts";
import { ownPercentileMs } from "./own-time.ts";
import { quantity } from "./quantity.ts";

/**
 * An expectation that at most `most` of `calls` fail. It does not hold when there are no calls: then nothing was seen of what it
 * is about.
 */
export function failAtMost(id: string, what: string, calls: readonly CallRecord[], most: number): Expectation {
  const failed = failedCalls(calls).length;
  return {
    id,
    what,
    bound: most === 0 ? "0 calls" : `<= ${quantity(most, "call")}`,
    measured: `${failed} of ${quantity(calls.length, "call")}`,
    ok: calls.length > 0 && failed <= most,
  };
}

/** An expectation that a number of calls is at least `least`. */
export function atLeast(id: string, what: string, measured: number, least: number): Expectation {
  return {
    id,
    what,
    bound: `>= ${quantity(least, "call")}`,
    measured: quantity(measured, "call"),
    ok: measured >= least,
  };
}

/** An expectation that something takes at most `mostMs`; `measuredMs` null: it never happened. */
export function withinMs(id: string, what: string, measuredMs: number | null, mostMs: number): Expectation {
  return {
    id,
    what,
    bound: `<= ${Math.round(mostMs)} ms`,
    measured: measuredMs === null ? "never" : `${Math.round(measuredMs)} ms`,
    ok: measuredMs !== null && measuredMs <= mostMs,
  };
}

/** An expectation that half of `calls` take so long at least, from their real beginning. */
export function medianAtLeast(id: string, what: string, calls: readonly CallRecord[], leastMs: number): Expectation {
  const ms = ownPercentileMs(50, calls);
  return {
    id,
    what,
    bound: `>= ${leastMs} ms at the median`,
    measured: ms === null ? "0 calls" : `${Math.round(ms)} ms`,
    ok: ms !== null && ms >= leastMs,
  };
}
