import { type Cell, cell, type Experiment } from "@grpc-lb-lab/experiments";
import type { Mode, StageTraits } from "@grpc-lb-lab/stage-api";
import type { Catalogue } from "../catalogue.ts";

/** A cell with its place. */
export interface PlacedCell {
  readonly stage: StageTraits;
  readonly mode: Mode;
  readonly experiment: Experiment;
  readonly cell: Cell;
}

/** Every cell: stage by stage, experiment by experiment, mode by mode. */
export function matrix({ stages, modes, experiments }: Catalogue): PlacedCell[] {
  return stages.flatMap((stage) =>
    experiments.flatMap((experiment) =>
      modes.map((mode) => ({ stage, mode, experiment, cell: cell(mode, experiment, stage) })),
    ),
  );
}
