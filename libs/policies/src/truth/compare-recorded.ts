import type { Parameters } from "../policy.ts";
import type { MeasuredCell } from "./measured-cell.ts";
import { type CellKey, cellOf, type Recorded, type RecordedCell } from "./recorded.ts";

/** What is recorded of a column and policy with these parameters; undefined: nothing. */
export function recordedCell({ cells }: Recorded, key: CellKey, parameters: Parameters): RecordedCell | undefined {
  const found = cellOf(cells, key);
  return found !== undefined && sameParameters(found.parameters, parameters) ? found : undefined;
}

/** How a cell came out otherwise than recorded, with the figures of both; undefined: it did not, or nothing is recorded. */
export function otherThanRecorded(
  measured: Pick<MeasuredCell, "outcome" | "words">,
  recorded: Pick<MeasuredCell, "outcome" | "words"> | undefined,
): string | undefined {
  if (recorded === undefined || recorded.outcome === measured.outcome) return undefined;
  return `${measured.outcome} (${measured.words}), but ${recorded.outcome} is recorded (${recorded.words})`;
}

function sameParameters(a: Parameters, b: Parameters): boolean {
  const text = (parameters: Parameters) => JSON.stringify(Object.entries(parameters).toSorted());
  return text(a) === text(b);
}
