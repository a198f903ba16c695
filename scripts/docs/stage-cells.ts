import { MODES } from "@grpc-lb-lab/modes";
import {
  columnsOf,
  type PlacedCell,
  POLICIES,
  RECORDED_FOLDER,
  type Recorded,
  readRecorded,
  truthCells,
} from "@grpc-lb-lab/policies";
import { STAGES } from "@grpc-lb-lab/stage/abilities";

/** All cells of a stage, and what is recorded of them. */
export interface StageCells {
  readonly stage: string;
  readonly cells: readonly PlacedCell[];
  readonly recorded: Recorded;
}

/** The cells of each stage beside what is committed of them. */
export async function committedCells(): Promise<StageCells[]> {
  const columns = columnsOf(MODES);
  const read = STAGES.map(async (stage) => ({
    stage: stage.name,
    cells: truthCells(columns, POLICIES, stage),
    recorded: await readRecorded(RECORDED_FOLDER, stage.name),
  }));
  return Promise.all(read);
}
