import type { LoadSchedule, Result } from "@grpc-lb-lab/measure";

/** How a load kept its schedule whose client was too slow for it. */
export const MISSED_SCHEDULE: LoadSchedule = {
  plannedPerSecond: 200,
  achievedPerSecond: 143.21,
  lagMs: { p50: 12, p99: 389, max: 403 },
  clientWasLimit: true,
};

/** `result` as if the client had been the limit in the run of `experiment` under `mode`. */
export function withClientLimit(result: Result, mode: string, experiment: string): Result {
  const runs = result.runs.map((run) =>
    run.mode === mode && run.experiment === experiment ? { ...run, schedule: MISSED_SCHEDULE } : run,
  );
  return { ...result, runs };
}
