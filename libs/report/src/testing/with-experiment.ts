import type { Figure, Result } from "@grpc-lb-lab/measure";

/** `result` with one more run per mode, of a made-up experiment that gives `figures`. */
export function withExperiment(result: Result, experiment: string, figures: readonly Figure[]): Result {
  const extra = result.modes.flatMap(({ mode }) => {
    const run = result.runs.find((candidate) => candidate.mode === mode);
    return run === undefined ? [] : [{ ...run, experiment, expectations: [], figures: [...figures] }];
  });
  return { ...result, runs: [...result.runs, ...extra] };
}
