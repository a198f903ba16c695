import { figuresOf } from "@grpc-lb-lab/experiments";
import type { Figure, Result, RunResult } from "@grpc-lb-lab/measure";
import type { Catalogue } from "./catalogue.ts";

/** A result as labs of today write it: one of an older lab gets the figures that its runs have been measured for. */
export function withFigures(result: Result, { experiments, baseline }: Catalogue): Result {
  const modes = result.modes.map((row) => ({ ...row, isBaseline: row.isBaseline || row.mode === baseline.name }));
  const withOwnFigures = (run: RunResult) => {
    const experiment = experiments.find(({ name }) => name === run.experiment);
    if (experiment === undefined) return run;
    const own = figuresOf(experiment, run);
    return { ...run, figures: run.figures.length === 0 ? own : run.figures.map((figure) => withCount(figure, own)) };
  };
  return { ...result, modes, runs: result.runs.map(withOwnFigures) };
}

/** An older lab did not say over how many calls a percentile is. */
function withCount(figure: Figure, own: readonly Figure[]): Figure {
  const { overCalls = own.find(({ id }) => id === figure.id)?.overCalls } = figure;
  return overCalls === undefined ? figure : { ...figure, overCalls };
}
