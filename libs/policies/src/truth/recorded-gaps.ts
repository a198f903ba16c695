import { columnName } from "./column-name.ts";
import { recordedCell } from "./compare-recorded.ts";
import { askedText } from "./measured-cell.ts";
import { keyOf, type Recorded } from "./recorded.ts";
import { keyOfPlace, type PlacedCell } from "./truth-cells.ts";

/**
 * What keeps a record from being one of these cells, all of a stage's: cells that are to be tried and are not recorded, or were asked otherwise then, and
 * recorded cells that there are no more. One line each, but for a column of which nothing is recorded at all, which has one. A cell without a run has its reason in
 * itself: no dialect can say it, or it is skipped.
 */
export function recordedGaps(recorded: Recorded, cells: readonly PlacedCell[]): string[] {
  const begun = new Set(recorded.cells.map(columnName));
  const columnOf = (placed: PlacedCell) => columnName(keyOfPlace(placed));
  const tried = cells.filter(({ cell }) => cell.is === "tried");
  const known = new Set(tried.map((placed) => keyOf(keyOfPlace(placed))));
  const gone = recorded.cells
    .filter((cell) => !known.has(keyOf(cell)))
    .map((cell) => `${cell.policy}, ${columnName(cell)}: is recorded, and is not tried any more`);
  const missing = Map.groupBy(
    tried.filter((placed) => !begun.has(columnOf(placed))),
    columnOf,
  );
  return [
    ...[...missing].map(([column, of]) => `${column}: nothing is recorded of its ${of.length} cells`),
    ...tried.filter((placed) => begun.has(columnOf(placed))).flatMap((placed) => gapOf(recorded, placed)),
    ...gone,
  ];
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
