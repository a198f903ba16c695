import { alignMarks } from "../answered-only.ts";
import type { Comparison } from "../comparison.ts";
import { greatest } from "../extremes.ts";
import { distinctHeadings, type FigureColumn } from "../figure-columns.ts";
import type { Pen } from "./pen.ts";

/** A longer label (a file's name) is cut rather than a column left out, but not below this. */
const LEAST_LABEL = 16;
const MAX_VERDICT = 22;
const LEAST_BAR = 8;
const MAX_BAR = 24;

/** A column of figures as it is drawn. */
export interface DrawnColumn {
  /** Its place among all columns of the comparison, and so that of its cell in a row. */
  readonly index: number;
  readonly heading: FigureColumn["heading"];
  readonly isBar: boolean;
  readonly width: number;
  /** Its texts, row by row. */
  readonly texts: readonly string[];
}

/** How wide everything is in the table: the label, the figures from the left, the verdict, with a space between. */
export interface ComparisonLayout {
  readonly labelWidth: number;
  readonly figures: readonly DrawnColumn[];
  readonly verdictWidth: number;
  /** The columns for which there is no room. */
  readonly leftOut: readonly FigureColumn[];
}

/**
 * Fits the table into the terminal. Columns are left out from the right until the others have room; the label, the first bar and the
 * verdict always stay. What room is left goes to the label first, then to the bars.
 */
export function comparisonLayout(
  comparison: Comparison,
  labels: readonly string[],
  verdicts: readonly string[],
  pen: Pen,
): ComparisonLayout {
  const label = widest(labels, pen);
  const verdictWidth = Math.min(MAX_VERDICT, widest(verdicts, pen));
  const all = leastColumns(comparison, pen);
  const room = pen.columns - verdictWidth - 1;
  const kept = fitting(all, room - Math.min(label, LEAST_LABEL));
  const labelWidth = Math.min(label, room - taken(kept));
  return {
    labelWidth,
    figures: widenBars(kept, room - taken(kept) - labelWidth),
    verdictWidth,
    leftOut: comparison.columns.filter((_, index) => !kept.some((column) => column.index === index)),
  };
}

/** All columns, each as narrow as it can be. No figure is cut, which would make it another one. */
function leastColumns({ columns, rows }: Comparison, pen: Pen): DrawnColumn[] {
  const headings = distinctHeadings(columns);
  return columns.map((column, index) => {
    const heading = headings[index] ?? column.heading;
    const isBar = column.unit === "calls by pod";
    const texts = alignMarks(rows.map(({ cells }) => cells[index]?.text ?? ""));
    const width = widest([...heading, ...texts], pen);
    return { index, heading, isBar, texts, width: isBar ? Math.min(MAX_BAR, Math.max(LEAST_BAR, width)) : width };
  });
}

/** Leaves out the last column until the others take no more than `room`; the first bar stays. */
function fitting(columns: readonly DrawnColumn[], room: number): DrawnColumn[] {
  const bar = columns.find(({ isBar }) => isBar);
  const kept = [...columns];
  while (taken(kept) > room && kept.some((column) => column !== bar)) {
    kept.splice(
      kept.findLastIndex((column) => column !== bar),
      1,
    );
  }
  return kept;
}

function widenBars(columns: readonly DrawnColumn[], spare: number): DrawnColumn[] {
  const each = Math.floor(spare / columns.filter(({ isBar }) => isBar).length);
  return columns.map((column) =>
    column.isBar ? { ...column, width: Math.min(MAX_BAR, column.width + each) } : column,
  );
}

/** What `columns` take, each with the space before it. */
function taken(columns: readonly DrawnColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width + 1, 0);
}

function widest(texts: readonly string[], pen: Pen): number {
  return greatest(
    texts.map((text) => pen.plain(text).length),
    0,
  );
}
