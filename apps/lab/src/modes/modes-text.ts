import { readFile } from "node:fs/promises";
import { MODE_NAMES, MODES, type ModeName } from "@grpc-lb-lab/stage/mode";

interface Format {
  readonly json: boolean;
}

/** The table of modes, one paragraph each so that it reads at any width, or as JSON. */
export function modesTable({ json }: Format): string {
  const rows = MODE_NAMES.map((mode) => ({ mode, ...MODES[mode] }));
  if (json) return `${JSON.stringify(rows, null, 2)}\n`;
  const cells = [
    ["mode", "who balances", "from what", "target"],
    ...rows.map(({ mode, balancer, source, target }) => [mode, balancer, source, target]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const [head, ...body] = lines;
  const text = body.flatMap((line, index) => [line, `  costs: ${rows[index]?.costs}`]);
  return `${[head, "-".repeat(RULE_WIDTH), ...text].join("\n")}\n\nlab modes <mode> shows what to paste.\n`;
}

const RULE_WIDTH = 100;

/** What to paste for a mode: client configuration for grpc-js and where others differ, and manifest parts. */
export async function modeDetails(mode: ModeName, { json }: Format): Promise<string> {
  const { balancer, source, target, policy, kubernetes, costs } = MODES[mode];
  const text = await readFile(new URL(`./${mode}.md`, import.meta.url), "utf8");
  if (json) return `${JSON.stringify({ mode, ...MODES[mode], text }, null, 2)}\n`;
  const facts = { "who balances": balancer, "from what": source, target, policy, kubernetes, costs };
  const head = Object.entries(facts).map(([name, value]) => `${name.padEnd(14)}${value}`);
  return `${[`mode ${mode}`, ...head].join("\n")}\n\n${text}`;
}
