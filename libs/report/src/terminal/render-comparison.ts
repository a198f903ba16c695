import {
  type Cell,
  compare,
  type ModeRow,
  type NamedResult,
  needFileNames,
  type Problem,
  tally,
} from "../comparison.ts";
import { greatest } from "../extremes.ts";
import { prices } from "../price.ts";
import { Pen, type Style, type TerminalOptions } from "./pen.ts";
import { priceLines } from "./price-lines.ts";
import { problemText } from "./problem-text.ts";
import { shareBar } from "./share-bar.ts";

const MIN_LABEL = 9;
const MAX_BAR = 24;
const MIN_BAR = 8;
const MAX_VERDICT = 22;

interface Column {
  readonly head: readonly [string, string];
  readonly width: number;
  readonly align: "left" | "right";
}

/**
 * The comparison as lines for a terminal: one row per mode and file, what differs and what was skipped below, then one sentence
 * per mode. No line is longer than `columns` (80 to 100).
 */
export function renderComparison(results: readonly NamedResult[], options: TerminalOptions): string {
  const pen = new Pen(options);
  const rows = compare(results);
  if (rows.length === 0) return `${pen.plain("No modes in the result.")}\n`;
  const severalFiles = needFileNames(rows);
  const blocks = [
    table(rows, severalFiles, pen),
    problemLines(rows, severalFiles, pen),
    sentences(rows, severalFiles, pen),
    priceLines(prices(results), severalFiles, pen),
    [headline(results, pen)],
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return shown.join("\n");
}

function table(rows: readonly ModeRow[], severalFiles: boolean, pen: Pen): string[] {
  const label = (row: ModeRow) => (severalFiles ? `  ${row.file}` : row.mode);
  const labels = severalFiles ? rows.flatMap((row) => [label(row), row.mode]) : rows.map(label);
  const columns = columnsFor(rows, labels, pen);
  const lines = [heading(columns, 0, pen), heading(columns, 1, pen), rule(columns, pen)];
  let mode: string | undefined;
  for (const row of rows) {
    if (severalFiles && row.mode !== mode) lines.push(pen.paint("bold", pen.plain(row.mode).slice(0, pen.columns)));
    mode = row.mode;
    lines.push(rowLine(row, label(row), columns, pen));
  }
  return lines;
}

function columnsFor(rows: readonly ModeRow[], labels: readonly string[], pen: Pen): Column[] {
  const fitted = (head: Column["head"], texts: readonly string[], most = 11): Column => ({
    head,
    width: Math.min(most, greatest([...head, ...texts].map(({ length }) => length))),
    align: "right",
  });
  const figures = (head: Column["head"], of: (row: ModeRow) => Cell) =>
    fitted(
      head,
      rows.map((row) => of(row).text),
    );
  const numbers = [
    figures(["", "even"], ({ cells }) => cells.evenness),
    figures(["new pods'", "1st call"], ({ cells }) => cells.newPods),
    figures(["failed:", "crash"], ({ cells }) => cells.crash),
    figures(["failed:", "rollout"], ({ cells }) => cells.rollout),
    figures(["", "p50"], ({ cells }) => cells.p50),
    figures(["", "p99"], ({ cells }) => cells.p99),
  ];
  const verdict = Math.min(MAX_VERDICT, greatest(rows.map((row) => pen.plain(verdictText(row)).length)));
  const free = pen.columns - numbers.reduce((sum, { width }) => sum + width + 1, verdict + 2);
  const head = labels[0]?.startsWith(" ") ? "mode, file" : "mode";
  const left: Column = { ...fitted(["", head], labels, Math.max(MIN_LABEL, free - MIN_BAR)), align: "left" };
  const bar = Math.max(MIN_BAR, Math.min(MAX_BAR, free - left.width));
  return [
    left,
    { head: ["share of", "each pod"], width: bar, align: "left" },
    ...numbers,
    { head: ["", "verdict"], width: verdict, align: "left" },
  ];
}

function heading(columns: readonly Column[], line: 0 | 1, pen: Pen): string {
  const text = columns.map(({ head, width, align }) => pen.fit(head[line], width, align)).join(" ");
  return pen.paint("bold", text.trimEnd());
}

function rule(columns: readonly Column[], pen: Pen): string {
  const width = columns.reduce((sum, column) => sum + column.width + 1, -1);
  return pen.paint("dim", pen.plain("─").repeat(Math.min(width, pen.columns)));
}

function rowLine(row: ModeRow, label: string, columns: readonly Column[], pen: Pen): string {
  const [labelColumn, barColumn, ...rest] = columns;
  const verdictColumn = rest.pop();
  const { share, evenness, newPods, crash, rollout, p50, p99 } = row.cells;
  const figures = [evenness, newPods, crash, rollout, p50, p99].map((cell, i) =>
    figure(cell, rest[i]?.width ?? 0, pen),
  );
  const barWidth = barColumn?.width ?? 0;
  const bar = row.share === undefined ? pen.fit(share.text, barWidth) : shareBar(row.share.pods, barWidth, pen);
  const start = pen.fit(label, labelColumn?.width ?? 0);
  return [start, bar, ...figures, verdict(row, verdictColumn?.width ?? 0, pen)].join(" ").trimEnd();
}

function figure(cell: Cell, width: number, pen: Pen): string {
  const text = pen.fit(cell.text, width, "right");
  if (cell.kind !== "value") return pen.paint("dim", text);
  return cell.failed ? pen.paint("red", text) : text;
}

function verdict(row: ModeRow, width: number, pen: Pen): string {
  const text = pen.fit(verdictText(row), width);
  const styles: Record<ModeRow["verdict"], Style> = {
    "as-expected": "green",
    differs: "red",
    skipped: "dim",
    none: "dim",
  };
  return pen.paint(styles[row.verdict], text.trimEnd());
}

/** `✓ as expected`, or the experiments that differ. */
function verdictText({ verdict: kind, problems }: ModeRow): string {
  if (kind === "as-expected") return "✓ as expected";
  if (kind !== "differs") return kind === "skipped" ? "skipped" : "not run";
  const experiments = problems.filter((problem) => problem.kind !== "skipped").map(({ experiment }) => experiment);
  return `✗ ${[...new Set(experiments)].join(", ")}`;
}

function problemLines(rows: readonly ModeRow[], severalFiles: boolean, pen: Pen): string[] {
  const order: Record<Problem["kind"], number> = { expectation: 0, unfinished: 1, skipped: 2 };
  const problems = rows.flatMap((row) => row.problems).toSorted((a, b) => order[a.kind] - order[b.kind]);
  return problems.map((problem) => {
    const text = pen.wrap(problemText(problem, severalFiles), "    ");
    return pen.paint(problem.kind === "skipped" ? "dim" : "red", text);
  });
}

function sentences(rows: readonly ModeRow[], severalFiles: boolean, pen: Pen): string[] {
  return rows
    .filter(({ summary }) => summary !== "")
    .map(({ mode, file, summary }) => pen.wrap(`${mode}${severalFiles ? ` (${file})` : ""}: ${summary}`, "    "));
}

function headline(results: readonly NamedResult[], pen: Pen): string {
  const { runs, skipped, failedRuns, expectations, failedExpectations } = tally(results);
  const fine = failedRuns === 0 && runs > 0;
  const held = `${expectations - failedExpectations} of ${expectations} expectations held in ${runs} ${runs === 1 ? "run" : "runs"}`;
  const also = skipped > 0 ? `, ${skipped} skipped` : "";
  return pen.paint(fine ? "green" : "red", pen.wrap(`${fine ? "✓" : "✗"} ${held}${also}`));
}
