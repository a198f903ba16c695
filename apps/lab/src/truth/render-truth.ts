import {
  cellOf,
  isAsRecorded,
  MARK_LEGEND,
  outcomeMark,
  shortDialect,
  type TruthCell,
  type TruthResult,
  trialAppText,
} from "@grpc-lb-lab/policies";
import { formatMs, Pen, type Style, type TerminalOptions } from "@grpc-lb-lab/report";
import { evidenceOf, notesOf } from "./notes-of.ts";
import { verdict } from "./verdict.ts";

type Column = TruthResult["columns"][number];

/** Between two columns. */
const GAP = 2;
const INDENT = "    ";

/** How a cell is drawn. */
interface Drawn {
  readonly text: string;
  readonly style: Style;
}

/** The table as text, in as many parts as its columns take, and below it what is not as recorded, what is in the way, and what was skipped. */
export function renderTruth(result: TruthResult, options: TerminalOptions): string {
  const pen = new Pen(options);
  const parts = partsOf(result, pen).map((columns) => tableLines(result, columns, pen).join("\n"));
  const notes = [...notesOf(result), ...evidenceOf(result)].map(({ title, lines }) =>
    [pen.paint("bold", pen.wrap(title)), ...lines.map((line) => pen.wrap(`  ${line}`, INDENT))].join("\n"),
  );
  return `${[...parts, ...notes, footer(result, pen)].join("\n\n")}\n`;
}

/** So many columns side by side as there is room for. */
function partsOf(result: TruthResult, pen: Pen): (readonly Column[])[] {
  const room = pen.columns - nameWidth(result);
  const atOnce = Math.max(1, Math.floor(room / (columnWidth(result) + GAP)));
  const parts = Math.ceil(result.columns.length / atOnce);
  const each = Math.ceil(result.columns.length / parts);
  return Array.from({ length: parts }, (_, part) => result.columns.slice(part * each, (part + 1) * each));
}

function tableLines(result: TruthResult, columns: readonly Column[], pen: Pen): string[] {
  const [first, width] = [nameWidth(result), columnWidth(result)];
  const row = (name: string, texts: readonly string[]) => `${pen.fit(name, first)}${texts.join("")}`.trimEnd();
  const padded = (text: string) => `${" ".repeat(GAP)}${pen.fit(text, width)}`;
  const rows = result.policies.map(({ name }) => {
    const drawn = columns.map((column) => drawnCell(cellOf(result.cells, { ...column, policy: name })));
    return row(
      name,
      drawn.map(({ text, style }) => `${" ".repeat(GAP)}${pen.paint(style, pen.fit(text, width))}`),
    );
  });
  return [
    row(
      "",
      columns.map(({ mode }) => padded(mode)),
    ),
    row(
      "policy",
      columns.map(({ dialect }) => padded(shortDialect(dialect))),
    ),
    pen.plain("─").repeat(first + columns.length * (width + GAP)),
    ...rows,
  ];
}

const STYLES: Readonly<Record<string, Style>> = {
  obeyed: "green",
  ignored: "yellow",
  refused: "red",
  differs: "magenta",
};

function drawnCell(cell: TruthCell | undefined): Drawn {
  if (cell === undefined) return { text: "", style: "dim" };
  if (cell.is === "not expressible") return { text: "–", style: "dim" };
  if (cell.is !== "tried") return { text: cell.is, style: cell.is === "failed" ? "red" : "dim" };
  const text = `${outcomeMark(cell)} ${Math.round(cell.durationMs / 1_000)}s`;
  return isAsRecorded(cell) ? { text, style: STYLES[cell.outcome] ?? "dim" } : { text: `!${text}`, style: "red" };
}

function nameWidth({ policies }: TruthResult): number {
  return Math.max("policy".length, ...policies.map(({ name }) => name.length));
}

function columnWidth({ columns, cells }: TruthResult): number {
  const heads = columns.flatMap(({ mode, dialect }) => [mode, shortDialect(dialect)]);
  return Math.max(...[...heads, ...cells.map((cell) => drawnCell(cell).text)].map(({ length }) => length));
}

/** What calls came to, where it was not the lab's own pods. */
function appsText(cells: readonly TruthCell[]): string {
  const texts = cells.flatMap((cell) => (cell.is === "tried" ? (trialAppText(cell.app) ?? []) : []));
  return [...new Set(texts)].map((text) => ` (${text})`).join("");
}

function footer({ ok, cells, stage, durationMs, versions }: TruthResult, pen: Pen): string {
  const tried = cells.filter(({ is }) => is === "tried").length;
  const took = `${tried} of ${cells.length} cells tried on the ${stage} stage in ${formatMs(durationMs)}${appsText(cells)}`;
  const with_ = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const isMarked = cells.some((cell) => cell.is === "tried" && cell.asWithoutRule);
  const mark = ok ? pen.paint("green", pen.plain("✓")) : pen.paint("red", pen.plain("✗"));
  const said = [
    ...(isMarked ? [MARK_LEGEND] : []),
    `– no dialect of the mode can say it; ! another outcome than recorded; the time is that of the whole trial`,
    `${took}, with ${with_.join(", ")}`,
  ].map((line) => pen.wrap(line, INDENT));
  return [`${mark} ${pen.wrap(verdict(cells), INDENT)}`, ...said].join("\n");
}
