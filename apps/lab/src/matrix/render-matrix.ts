import { whySkipped } from "@grpc-lb-lab/experiments";
import { Pen, type Style, type TerminalOptions } from "@grpc-lb-lab/report";
import type { PlacedCell } from "./matrix.ts";

/** The cells for programs: names, whether it runs, and else why not and what it would need. */
export function matrixRows(cells: readonly PlacedCell[]): readonly object[] {
  return cells.map(({ stage, mode, experiment, cell }) => {
    return { stage: stage.name, mode: mode.name, experiment: experiment.name, ...cell };
  });
}

/** The cells as text: for each stage and experiment the modes under which it runs, and what those are skipped for that it does not run under. */
export function renderMatrix(cells: readonly PlacedCell[], options: TerminalOptions): string {
  const pen = new Pen(options);
  const width = Math.max(...cells.map(({ experiment }) => experiment.name.length));
  const blocks = [...Map.groupBy(cells, ({ stage }) => stage)].map(([stage, ofStage]) => {
    const lines = [...Map.groupBy(ofStage, ({ experiment }) => experiment).values()].flatMap((row) =>
      experimentLines(row, width, pen),
    );
    return [pen.paint("bold", pen.plain(`${stage.name}: ${stage.what}`)), ...lines].join("\n");
  });
  return `${blocks.join("\n\n")}\n\n${tally(cells)}\n`;
}

function experimentLines(row: readonly PlacedCell[], width: number, pen: Pen): string[] {
  const running = row.filter(({ cell }) => cell.runs).map(({ mode }) => mode.name);
  const marked: (readonly [mark: string, style: Style, text: string])[] = [
    ...(running.length === 0 ? [] : [["✓", "green", running.join(" ")] as const]),
    ...skips(row).map((text) => ["–", "dim", text] as const),
  ];
  const name = row[0]?.experiment.name ?? "";
  return marked.map(([mark, style, text], index) => {
    const label = `  ${(index === 0 ? name : "").padEnd(width)} `;
    const plainMark = pen.plain(mark);
    const lines = pen.wrap(`${label}${plainMark} ${text}`, " ".repeat(label.length + plainMark.length + 1));
    return `${lines.slice(0, label.length)}${pen.paint(style, plainMark)}${lines.slice(label.length + plainMark.length)}`;
  });
}

/** Each reason once, before it the modes that it holds for, unless those are all. */
function skips(row: readonly PlacedCell[]): string[] {
  const skipped = row.flatMap(({ mode, cell }) => (cell.runs ? [] : [{ mode: mode.name, cell }]));
  const groups = Map.groupBy(skipped, ({ cell }) => whySkipped(cell));
  return [...groups].map(([why, members]) =>
    members.length === row.length ? why : `${members.map(({ mode }) => mode).join(" ")}: ${why}`,
  );
}

function tally(cells: readonly PlacedCell[]): string {
  const running = cells.filter(({ cell }) => cell.runs).length;
  return `${running} of ${cells.length} cells run. To run one: lab run <mode> <experiment> --stage <stage>`;
}
