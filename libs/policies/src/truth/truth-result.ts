import type { EchoedAnswer } from "../echoed-answers.ts";
import type { TrialApp } from "../trial-app.ts";
import type { MeasuredCell } from "./measured-cell.ts";
import type { CellKey, RecordedCell, Recording } from "./recorded.ts";

/** The version of the format of a truth table. */
export const TRUTH_SCHEMA = "grpc-lb-lab/truth/1";

/** What the policies came to in the columns, on one stage: everything that a page needs. */
export interface TruthResult {
  readonly schema: typeof TRUTH_SCHEMA;
  /** Whether every cell that was to be tried came out as recorded, or is not recorded. */
  readonly ok: boolean;
  readonly stage: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Of what took part, by name. */
  readonly versions: Recording["versions"];
  readonly policies: readonly PolicyTexts[];
  readonly columns: readonly { readonly mode: string; readonly dialect: string }[];
  /** Column by column. */
  readonly cells: readonly TruthCell[];
}

/** What a policy says of itself. */
interface PolicyTexts {
  readonly name: string;
  readonly title: string;
  readonly asks: string;
  readonly source: string;
}

/** A cell of the table as it came out. */
export type TruthCell = TriedCell | (CellKey & NotTried);

/** A cell without a trial. */
export type NotTried =
  | { readonly is: "not expressible" }
  /** The stage cannot show it, or what it takes cannot be had on this machine. */
  | { readonly is: "skipped"; readonly reason: string }
  /** It was to be tried, and could not be. */
  | { readonly is: "failed"; readonly reason: string };

/** A cell that was tried. */
export interface TriedCell extends MeasuredCell {
  readonly is: "tried";
  /** Whether it is obeyed, and calls would have gone so without the rule: the mode does so by itself. */
  readonly asWithoutRule: boolean;
  /** What calls came to; left out: pods that run the greeter, or nothing. */
  readonly app?: TrialApp;
  /** What calls were like when they reached the pods, where those tell; left out: they do not. */
  readonly echoed?: readonly EchoedAnswer[];
  /** What stands in for the real thing, in words. */
  readonly simulated: readonly string[];
  /** What went wrong by itself. */
  readonly problems: readonly string[];
  /** What was expected; undefined: nothing is recorded. */
  readonly recorded: Pick<RecordedCell, "outcome" | "words"> | undefined;
}

/** Whether a cell is what it is expected to be. */
export function isAsRecorded(cell: TruthCell): boolean {
  if (cell.is !== "tried") return cell.is !== "failed";
  return cell.recorded === undefined || cell.recorded.outcome === cell.outcome;
}
