import { columnName, type RecordedCell } from "@grpc-lb-lab/policies";
import type { StageCells } from "./stage-cells.ts";

/** What is said of a cell below the table. */
export interface TruthNote {
  readonly anchor: string;
  readonly text: string;
}

/** The note of a cell that was refused, or whose effect is another; undefined: its outcome says it all. */
export function noteOf(stage: string, { mode, dialect, policy, outcome, words }: RecordedCell): TruthNote | undefined {
  if (outcome !== "refused" && outcome !== "differs") return undefined;
  const anchor = [policy, mode, dialect, stage].join("-").toLowerCase().replaceAll(" ", "-");
  return { anchor, text: `\`${policy}\`, ${columnName({ mode, dialect })}, ${stage} stage: ${outcome}: ${words}` };
}

/** The notes of all cells, each with the anchor that its cell leads to. */
export function explained(stages: readonly StageCells[]): string[] {
  return stages.flatMap(({ stage, recorded }) =>
    recorded.cells.flatMap((cell) => {
      const note = noteOf(stage, cell);
      return note === undefined ? [] : [`<a id="${note.anchor}"></a>${escaped(note.text)}`];
    }),
  );
}

/** Why cells were not tried: each reason once for a stage, with the columns that it holds for, and the policies unless it holds for all. */
export function skipped(stages: readonly StageCells[]): string[] {
  return stages.flatMap(({ stage, cells }) => {
    const all = cells.flatMap(({ column, policy, cell }) =>
      cell.is === "skipped"
        ? [{ reason: cell.reason, policy: policy.name, column: columnName({ ...column, mode: column.mode.name }) }]
        : [],
    );
    return [...Map.groupBy(all, ({ reason }) => reason)].map(([reason, of]) => {
      const columns = [...new Set(of.map(({ column }) => column))].join(", ");
      const policies = [...new Set(of.map(({ policy }) => policy))];
      const what = policies.length === 1 ? `\`${policies.join()}\`, ` : "";
      return `${stage} stage, ${what}${columns}: ${escaped(reason)}`;
    });
  });
}

/** Words of others, in Markdown. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[<>|]/g, (character) => `\\${character}`);
}
