import type { Result, RunResult } from "@grpc-lb-lab/measure";

/** `result` as if every second call had failed in the run of `experiment` under `mode`. */
export function withFailedCalls(result: Result, mode: string, experiment: string): Result {
  const runs = result.runs.map((run) => (run.mode === mode && run.experiment === experiment ? halfFailed(run) : run));
  return { ...result, runs };
}

function halfFailed(run: RunResult): RunResult {
  const { total } = run.calls;
  const ok = total / 2;
  const figures = run.figures.map((figure) => (figure.overCalls === undefined ? figure : { ...figure, overCalls: ok }));
  return { ...run, calls: { ...run.calls, ok, failed: total - ok }, figures };
}
