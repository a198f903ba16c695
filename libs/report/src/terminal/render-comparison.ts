import { compare, type ModeRow, type NamedResult, needFileNames, type Problem, tally } from "../comparison.ts";
import { prices } from "../price.ts";
import { comparisonTable } from "./comparison-table.ts";
import { Pen, type TerminalOptions } from "./pen.ts";
import { priceLines } from "./price-lines.ts";
import { problemText } from "./problem-text.ts";

/**
 * The comparison as lines for a terminal: one row per mode and file, below it the columns for which there is no room, what
 * differs and what was skipped, then one sentence per mode. No line is longer than `columns` (60 to 100).
 */
export function renderComparison(results: readonly NamedResult[], options: TerminalOptions): string {
  const pen = new Pen(options);
  const comparison = compare(results);
  const { rows } = comparison;
  if (rows.length === 0) return `${pen.plain("No modes in the result.")}\n`;
  const severalFiles = needFileNames(rows);
  const blocks = [
    ...comparisonTable(comparison, severalFiles, pen),
    limitedRunLines(rows, severalFiles, pen),
    problemLines(rows, severalFiles, pen),
    sentences(rows, severalFiles, pen),
    priceLines(prices(results, severalFiles), severalFiles, pen),
    [headline(results, pen)],
  ];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return shown.join("\n");
}

function limitedRunLines(rows: readonly ModeRow[], severalFiles: boolean, pen: Pen): string[] {
  return rows
    .flatMap((row) => row.limitedRuns)
    .map(({ mode, experiment, file, text }) => {
      const where = `${mode} ${experiment}${severalFiles ? ` (${file})` : ""}`;
      return pen.paint("yellow", pen.wrap(`! ${where}: ${text}`, "    "));
    });
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
  const { runs, skipped, failedRuns, limitedRuns, expectations, failedExpectations } = tally(results);
  const fine = failedRuns === 0 && runs > 0;
  const held = `${expectations - failedExpectations} of ${expectations} expectations held in ${runs} ${runs === 1 ? "run" : "runs"}`;
  const also = skipped > 0 ? `, ${skipped} skipped` : "";
  const limited = limitedRuns > 0 ? `, ${limitedRuns} limited by the client` : "";
  return pen.paint(fine ? "green" : "red", pen.wrap(`${fine ? "✓" : "✗"} ${held}${also}${limited}`));
}
