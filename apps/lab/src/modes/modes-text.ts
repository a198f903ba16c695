import { readFile } from "node:fs/promises";
import { Pen, type TerminalOptions } from "@grpc-lb-lab/report";
import { type Mode, undisturbedPath } from "@grpc-lb-lab/stage-api";
import { pathText } from "./path-text.ts";

/** What the lines of a paragraph begin with but its first, and the width of a fact's name. */
const INDENT = "    ";
const NAME_WIDTH = 14;

/** The table of modes, with a line or more for what does not fit into one. */
export function modesTable(modes: readonly Mode[], style: TerminalOptions): string {
  const pen = new Pen(style);
  const cells = [
    ["mode", "who balances", "from what"],
    ...modes.map(({ name, balancer, source }) => [name, balancer, source]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const [head = "", ...body] = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const text = body.flatMap((line, index) => [
    pen.wrap(line, INDENT),
    pen.wrap(`  target: ${modes[index]?.target}`, INDENT),
    pen.wrap(`  costs: ${modes[index]?.costs}`, INDENT),
  ]);
  return `${[head, pen.plain("─").repeat(pen.columns), ...text].join("\n")}\n\nlab modes <mode> shows what to paste.\n`;
}

/** What a call passes under a mode, and what to paste: client configuration for grpc-js and where others differ, and manifest parts. */
export async function modeText(mode: Mode, style: TerminalOptions): Promise<string> {
  const pen = new Pen(style);
  const { balancer, source, target, policy, kubernetes, costs } = mode;
  const facts = { "who balances": balancer, "from what": source, target, policy, kubernetes, costs };
  const head = Object.entries(facts).map(([name, value]) =>
    pen.wrap(`${name.padEnd(NAME_WIDTH)}${value}`, " ".repeat(NAME_WIDTH)),
  );
  return `${[`mode ${mode.name}`, ...head].join("\n")}\n\n${pathText(mode, pen)}\n${await readFile(mode.howTo, "utf8")}`;
}

/** The same for programs. */
export async function modeDetails(mode: Mode): Promise<object> {
  return { ...textsOf(mode), path: undisturbedPath(mode), text: await readFile(mode.howTo, "utf8") };
}

/** What a mode says of itself, for programs. */
export function textsOf({ name, balancer, source, target, policy, kubernetes, costs }: Mode) {
  return { mode: name, balancer, source, target, policy, kubernetes, costs };
}
