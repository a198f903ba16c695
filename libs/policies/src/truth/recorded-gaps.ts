import { columnName } from "./column-name.ts";
import { recordedCell } from "./compare-recorded.ts";
import { askedText } from "./measured-cell.ts";
import { keyOf, type Recorded } from "./recorded.ts";
import { keyOfPlace, type PlacedCell } from "./truth-cells.ts";

/**
 * What keeps a record from being one of these cells, all of a stage's: cells that are to be tried and are not recorded, or were asked otherwise then, and
 * recorded cells that there are no more. One line each; none of a column of which nothing is recorded at all: tables say that it has no run.
 */
export function recordedGaps(recorded: Recorded, cells: readonly PlacedCell[]): string[] {
  const begun = new Set(recorded.cells.map(columnName));
  const tried = cells.filter(({ cell }) => cell.is === "tried");
  const known = new Set(tried.map((placed) => keyOf(keyOfPlace(placed))));
  const gone = recorded.cells
    .filter((cell) => !known.has(keyOf(cell)))
    .map((cell) => `${cell.policy}, ${columnName(cell)}: is recorded, and is not tried any more`);
  const asked = tried.filter((placed) => begun.has(columnName(keyOfPlace(placed))));
  return [...asked.flatMap((placed) => gapOf(recorded, placed)), ...gone];
}

function gapOf(recorded: Recorded, placed: PlacedCell): string[] {
  const { column, policy } = placed;
  const key = keyOfPlace(placed);
  const where = `${policy.name}, ${columnName(key)}`;
  const found = recordedCell(recorded, key, policy.parameters);
  if (found === undefined) return [`${where}: is not recorded with these parameters`];
  const isAskedSo = found.asked === askedText(policy, policy.parameters, column);
  return isAskedSo ? [] : [`${where}: is asked otherwise than when it was recorded`];
}
