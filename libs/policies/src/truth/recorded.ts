import * as v from "valibot";
import { MeasuredCell } from "./measured-cell.ts";

/** The version of the format of recorded outcomes. */
const RECORDED_SCHEMA = "grpc-lb-lab/recorded-outcomes/1";

/** When cells were measured, and with which versions of what took part, by name: `grpc-js`, `envoy`. */
export const Recording = v.object({
  date: v.pipe(v.string(), v.isoDate()),
  versions: v.record(v.string(), v.string()),
});
export type Recording = v.InferOutput<typeof Recording>;

/** A cell, and which of the recordings it is of. */
export const RecordedCell = v.object({
  ...MeasuredCell.entries,
  recording: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type RecordedCell = v.InferOutput<typeof RecordedCell>;

/** What the policies came to on a stage: what later runs are compared with. One cell for each column and policy that ran. */
export const Recorded = v.pipe(
  v.object({
    schema: v.literal(RECORDED_SCHEMA),
    stage: v.string(),
    recordings: v.array(Recording),
    cells: v.array(RecordedCell),
  }),
  v.check(
    ({ cells, recordings }) => cells.every(({ recording }) => recording < recordings.length),
    "a cell is of a recording that is not there",
  ),
  v.check(({ cells }) => new Set(cells.map(keyOf)).size === cells.length, "two cells are of one column and policy"),
);
export type Recorded = v.InferOutput<typeof Recorded>;

/** Which cell of the table something is about. */
export interface CellKey {
  readonly mode: string;
  readonly dialect: string;
  readonly policy: string;
}

/** The same for the same column and policy, and for no others. */
export function keyOf({ mode, dialect, policy }: CellKey): string {
  return JSON.stringify([mode, dialect, policy]);
}

/** The cell of a column and policy among others; undefined: it is not there. */
export function cellOf<Cell extends CellKey>(cells: readonly Cell[], key: CellKey): Cell | undefined {
  const wanted = keyOf(key);
  return cells.find((cell) => keyOf(cell) === wanted);
}

/** Nothing recorded yet. */
export function nothingRecorded(stage: string): Recorded {
  return { schema: RECORDED_SCHEMA, stage, recordings: [], cells: [] };
}

/**
 * What is recorded once `cells` were measured as `recording` says: each takes the place of the one that was recorded of its column and policy. What they
 * have beside a {@link MeasuredCell} is left out.
 */
export function withRecording(recorded: Recorded, recording: Recording, cells: readonly MeasuredCell[]): Recorded {
  const fresh = new Set(cells.map(keyOf));
  const kept = recorded.cells
    .filter((cell) => !fresh.has(keyOf(cell)))
    .flatMap(({ recording: index, ...cell }) => {
      const of = recorded.recordings[index];
      return of === undefined ? [] : [{ cell, of }];
    });
  const all = [...kept, ...cells.map((cell) => ({ cell: v.parse(MeasuredCell, cell), of: recording }))].toSorted(byKey);
  const recordings = [...new Map(all.map(({ of }) => [textOf(of), of])).values()].toSorted(byDate);
  const indexOf = new Map(recordings.map((of, index) => [textOf(of), index]));
  return {
    ...recorded,
    recordings,
    cells: all.map(({ cell, of }) => ({ ...cell, recording: indexOf.get(textOf(of)) ?? 0 })),
  };
}

interface Placed {
  readonly cell: MeasuredCell;
  readonly of: Recording;
}

/** So that a record that is made again differs where outcomes do. */
function byKey({ cell: a }: Placed, { cell: b }: Placed): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left < right ? -1 : Number(left > right);
}

function byDate(a: Recording, b: Recording): number {
  return a.date < b.date ? -1 : Number(a.date > b.date);
}

function textOf({ date, versions }: Recording): string {
  return JSON.stringify([date, Object.entries(versions).toSorted()]);
}
