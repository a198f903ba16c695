import type { Cell } from "../cell.ts";
import { type Comparison, type ModeRow, markNote } from "../comparison.ts";
import { type FigureColumn, figureName } from "../figure-columns.ts";
import { type ComparisonLayout, comparisonLayout, type DrawnColumn } from "./comparison-layout.ts";
import type { Pen, Style } from "./pen.ts";
import { shareBar } from "./share-bar.ts";

/** Two blocks of lines: the rows of the comparison with what fits of its columns; what a mark means, and which columns do not fit, if any. */
export function comparisonTable(comparison: Comparison, severalFiles: boolean, pen: Pen): [string[], string[]] {
  const { columns, rows } = comparison;
  const head = severalFiles ? "mode, file" : "mode";
  const label = (row: ModeRow) => (severalFiles ? `  ${row.file}` : row.mode);
  const labels = [head, ...rows.map(label), ...(severalFiles ? rows.map(({ mode }) => mode) : [])];
  const layout = comparisonLayout(comparison, labels, rows.map(verdictText), pen);
  const lines = headLines(head, layout, pen);
  let mode: string | undefined;
  for (const [index, row] of rows.entries()) {
    if (severalFiles && row.mode !== mode) lines.push(pen.paint("bold", pen.plain(row.mode).slice(0, pen.columns)));
    mode = row.mode;
    lines.push(rowLine(row, index, label(row), layout, pen));
  }
  const shown = columns.filter((column) => !layout.leftOut.includes(column));
  return [lines, [...noteLines(markNote(comparison, severalFiles, shown), pen), ...leftOutLines(layout.leftOut, pen)]];
}

/** The headings, in one line where no upper one says anything, and a rule. */
function headLines(label: string, { labelWidth, figures, verdictWidth }: ComparisonLayout, pen: Pen): string[] {
  const line = (first: string, of: 0 | 1, last: string) => {
    const headings = figures.map(({ heading, width, isBar }) => pen.fit(heading[of], width, isBar ? "left" : "right"));
    return [pen.fit(first, labelWidth), ...headings, pen.fit(last, verdictWidth)].join(" ");
  };
  const upper = line("", 0, "").trimEnd();
  const lower = line(label, 1, "verdict");
  return [
    ...(upper === "" ? [] : [pen.paint("bold", upper)]),
    pen.paint("bold", lower.trimEnd()),
    pen.paint("dim", pen.plain("─").repeat(lower.length)),
  ];
}

function rowLine(row: ModeRow, index: number, label: string, layout: ComparisonLayout, pen: Pen): string {
  const figures = layout.figures.map((column) => figure(row.cells[column.index], column.texts[index], column, pen));
  return [pen.fit(label, layout.labelWidth), ...figures, verdict(row, layout.verdictWidth, pen)].join(" ").trimEnd();
}

function figure(cell: Cell | undefined, words = "", { width, isBar }: DrawnColumn, pen: Pen): string {
  if (cell?.kind === "bar") return shareBar(cell.pods, width, pen);
  const text = pen.fit(words, width, isBar ? "left" : "right");
  if (cell?.kind !== "value") return pen.paint("dim", text);
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

function noteLines(note: string | undefined, pen: Pen): string[] {
  return note === undefined ? [] : [pen.wrap(note, "    ")];
}

function leftOutLines(columns: readonly FigureColumn[], pen: Pen): string[] {
  if (columns.length === 0) return [];
  const names = columns.map((column) => `${figureName(column)} of ${column.experiment}`);
  const text = `No room for: ${names.join(", ")}. The HTML report shows everything.`;
  return [pen.paint("dim", pen.wrap(text, "    "))];
}
