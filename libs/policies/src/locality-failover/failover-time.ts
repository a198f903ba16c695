import { type CallRecord, type Expectation, endMs } from "@grpc-lb-lab/measure";
import type { Evidence, TrialPhase } from "../policy.ts";
import { OK } from "../status-codes.ts";
import { answeredElsewhere } from "../zones.ts";

/**
 * How long calls took to go over to other zones: from the moment at which the own zone was begun to be made fail, to the end of the first call that another
 * zone answered, or of the last that failed if that is later. It has a bound, counted from the moment at which all of the zone's pods failed.
 * @param phase - in which the pods were made fail.
 */
export function failoverTime(phase: string, withinMs: number, seen: Evidence): Expectation {
  const about = { id: "failover-time", what: "time from the zone's failure until all calls are answered elsewhere" };
  const failing = seen.phases.find(({ name }) => name === phase);
  if (failing === undefined) return { ...about, bound: `${withinMs} ms or less`, measured: "no failure", ok: false };
  const mostMs = Math.round(failing.toMs - failing.fromMs + withinMs);
  const tookMs = timeToFailOver(failing, seen);
  return {
    ...about,
    bound: `${mostMs} ms or less`,
    measured: tookMs === undefined ? "never" : `${Math.round(tookMs)} ms`,
    ok: tookMs !== undefined && tookMs <= mostMs,
  };
}

/** Undefined: no other zone has answered, or calls failed after all that one answered. */
function timeToFailOver({ fromMs }: TrialPhase, seen: Evidence): number | undefined {
  const since = seen.records.filter((record) => endMs(record) > fromMs);
  const elsewhere = answeredElsewhere(since, seen).map(endMs);
  const failedLast = last(since.filter(({ code }) => code !== OK));
  if (elsewhere.length === 0 || Math.max(...elsewhere) < failedLast) return undefined;
  return Math.max(Math.min(...elsewhere), failedLast) - fromMs;
}

function last(records: readonly CallRecord[]): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...records.map(endMs));
}
