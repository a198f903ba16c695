import { greatest } from "../extremes.ts";
import { isPublished, type PriceRow } from "../price.ts";
import type { Pen } from "./pen.ts";

const COLUMNS: readonly (readonly [head: string, under: string, of: (row: PriceRow) => string])[] = [
  ["", "mTLS", ({ mutualTls }) => mutualTls],
  ["client:", "app", ({ cpu }) => cpu.client],
  ["", "beside", ({ cpu }) => cpu.clientProxy],
  ["server:", "app", ({ cpu }) => cpu.server],
  ["", "beside", ({ cpu }) => cpu.serverProxy],
  ["proxy", "between", ({ cpu }) => cpu.between],
  ["MiB of", "a proxy", ({ proxyMiB }) => proxyMiB],
  ["", "p50", ({ p50 }) => p50],
  ["beside", "headless", ({ added }) => added],
];

/** The price of calls as a table, where runs were metered: CPU in ms per 1,000 calls. */
export function priceLines(rows: readonly PriceRow[], severalFiles: boolean, pen: Pen): string[] {
  if (rows.length === 0) return [];
  const label = ({ mode, file }: PriceRow) => (severalFiles && file !== "" ? `${mode} ${file}` : mode);
  const widths = COLUMNS.map(([head, under, of]) =>
    greatest([head, under, ...rows.map(of)].map(({ length }) => length)),
  );
  const taken = widths.reduce((sum, width) => sum + width + 1, 0);
  const left = Math.min(greatest(rows.map((row) => label(row).length)), pen.columns - taken);
  const line = (first: string, cells: readonly string[]) =>
    [pen.fit(first, left), ...cells.map((cell, i) => pen.fit(cell, widths[i] ?? 0, "right"))].join(" ").trimEnd();
  return [
    pen.paint(
      "bold",
      line(
        "CPU ms of",
        COLUMNS.map(([head]) => head),
      ),
    ),
    pen.paint(
      "bold",
      line(
        "1,000 calls",
        COLUMNS.map(([, under]) => under),
      ),
    ),
    pen.paint("dim", pen.plain("─").repeat(Math.min(pen.columns, left + taken))),
    ...rows.map((row) => {
      const text = line(
        label(row),
        COLUMNS.map(([, , of]) => of(row)),
      );
      return isPublished(row) ? pen.paint("dim", text) : text;
    }),
  ];
}
