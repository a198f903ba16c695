import { alignMarks } from "../answered-only.ts";
import { greatest } from "../extremes.ts";
import { isPublished, type PriceRow, type PriceTable } from "../price.ts";
import type { Pen } from "./pen.ts";

/** A longer heading, of a mode with a long name, is cut. */
const MAX_HEADING = 9;
/** Of a label, where there is not room for all. */
const LEAST_LABEL = 12;

type Column = readonly [head: string, under: string, of: (row: PriceRow) => string];

const COLUMNS: readonly Column[] = [
  ["", "mTLS", ({ mutualTls }) => mutualTls],
  ["client:", "app", ({ cpu }) => cpu.client],
  ["", "beside", ({ cpu }) => cpu.clientProxy],
  ["server:", "app", ({ cpu }) => cpu.server],
  ["", "beside", ({ cpu }) => cpu.serverProxy],
  ["proxy", "between", ({ cpu }) => cpu.between],
  ["MiB of", "a proxy", ({ proxyMiB }) => proxyMiB],
  ["", "p50", ({ p50 }) => p50],
];

/** The price of calls as a table, where runs were metered: CPU in ms per 1,000 calls. */
export function priceLines({ baseline, rows, note }: PriceTable, severalFiles: boolean, pen: Pen): string[] {
  if (rows.length === 0) return [];
  const columns = [...COLUMNS, ...besideColumn(baseline)];
  const label = ({ mode, file }: PriceRow) => (severalFiles && file !== "" ? `${mode} ${file}` : mode);
  const texts = columns.map(([, , of]) => alignMarks(rows.map(of)));
  const widths = columns.map(([head, under], index) => {
    const heading = Math.min(MAX_HEADING, greatest([head.length, pen.plain(under).length]));
    return greatest(texts[index]?.map(({ length }) => length) ?? [], heading);
  });
  const taken = widths.reduce((sum, width) => sum + width + 1, 0);
  const longest = greatest(rows.map((row) => label(row).length));
  // Rather a line that is too long than figures of nobody.
  const left = Math.min(longest, Math.max(LEAST_LABEL, pen.columns - taken));
  const line = (first: string, cells: readonly string[]) =>
    [pen.fit(first, left), ...cells.map((cell, i) => pen.fit(cell, widths[i] ?? 0, "right"))].join(" ").trimEnd();
  return [
    pen.paint(
      "bold",
      line(
        "CPU ms of",
        columns.map(([head]) => head),
      ),
    ),
    pen.paint(
      "bold",
      line(
        "1,000 calls",
        columns.map(([, under]) => under),
      ),
    ),
    pen.paint("dim", pen.plain("─").repeat(Math.min(pen.columns, left + taken))),
    ...rows.map((row, index) => {
      const text = line(
        label(row),
        texts.map((column) => column[index] ?? ""),
      );
      return isPublished(row) ? pen.paint("dim", text) : text;
    }),
    ...(note === undefined ? [] : [pen.wrap(note, "    ")]),
  ];
}

/** Latency beside the baseline's; no column without one. */
function besideColumn(baseline: string | undefined): Column[] {
  return baseline === undefined ? [] : [["beside", baseline, ({ added }) => added]];
}
