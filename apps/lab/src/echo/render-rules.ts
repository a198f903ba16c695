import { Pen, type TerminalOptions } from "@grpc-lb-lab/report";
import type { RulesInForce } from "@grpc-lb-lab/stage";

/** The rules, the oldest first, each with what of it is without effect; then what pods reject. */
export function renderRules({ rules, rejections }: RulesInForce, options: TerminalOptions): string {
  const pen = new Pen(options);
  if (rules.length === 0) return "There are no rules.\n";
  const lines = rules.flatMap(({ name, notes }) => [
    pen.paint("bold", pen.plain(name)),
    ...notes.map((note) => pen.paint("yellow", pen.wrap(`    ${note}`, "    "))),
  ]);
  const rejected = rejections.map((text) => pen.paint("red", pen.wrap(`${pen.plain("✗")} ${text}`, "  ")));
  return [...lines, ...rejected, ""].join("\n");
}
