import { cellName, columnName, type TruthCell, type TruthResult } from "@grpc-lb-lab/policies";
import { shortfall } from "./truth-runs.ts";

/** What is said below a table. */
export interface Notes {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Of more cells the page has the evidence, and the terminal would be full of it. */
const MOST_SHOWN = 12;

/** What outcomes rest on that no other note explains, where the cells are few: the figures with the bounds by which they were judged. */
export function evidenceOf({ cells }: TruthResult): Notes[] {
  const lines = cells.filter((cell) => shortfall(cell) === undefined).flatMap(evidence);
  if (lines.length === 0 || lines.length > MOST_SHOWN) return [];
  return [{ title: "What the outcomes rest on", lines }];
}

function evidence(cell: TruthCell): string[] {
  if (cell.is !== "tried" || (cell.outcome !== "obeyed" && cell.outcome !== "ignored")) return [];
  const figures = cell.expectations.map(({ what, measured, bound }) => `${what}: ${measured}, bound ${bound}`);
  return [`${cellName(cell)}: ${cell.outcome}: ${figures.join("; ")}`];
}

/** More policies are counted. */
const MOST_NAMED = 3;

/** What a table does not show: how cells are not as recorded, what differs or was refused, what went wrong beside, and why cells were skipped. */
export function notesOf({ cells }: TruthResult): Notes[] {
  const notes: readonly Notes[] = [
    { title: "Not as recorded, or not to be tried", lines: [...cells.flatMap(other), ...byReason(cells, "failed")] },
    { title: "Refused, or an effect other than asked", lines: cells.flatMap(explained) },
    { title: "What went wrong beside", lines: cells.flatMap(problems) },
    { title: "Skipped", lines: byReason(cells, "skipped") },
  ];
  return notes.filter(({ lines }) => lines.length > 0);
}

function other(cell: TruthCell): string[] {
  const text = cell.is === "tried" ? shortfall(cell) : undefined;
  return text === undefined ? [] : [`${cellName(cell)}: ${text}`];
}

function explained(cell: TruthCell): string[] {
  if (cell.is !== "tried" || (cell.outcome !== "refused" && cell.outcome !== "differs")) return [];
  return shortfall(cell) === undefined ? [`${cellName(cell)}: ${cell.outcome}: ${cell.words}`] : [];
}

function problems(cell: TruthCell): string[] {
  return cell.is === "tried" ? cell.problems.map((problem) => `${cellName(cell)}: ${problem}`) : [];
}

/** Each reason once, with the policies and columns that it holds for. */
function byReason(cells: readonly TruthCell[], is: "skipped" | "failed"): string[] {
  const ofKind = cells.flatMap((cell) => (cell.is === is && "reason" in cell ? [cell] : []));
  return [...Map.groupBy(ofKind, ({ reason }) => reason)].map(([reason, of]) => {
    const columns = [...new Set(of.map(columnName))];
    const policies = [...new Set(of.map(({ policy }) => policy))];
    const what = policies.length > MOST_NAMED ? `${policies.length} policies` : policies.join(", ");
    return `${what} under ${columns.join(", ")}: ${reason}`;
  });
}
