import { quantity } from "@grpc-lb-lab/experiments/quantity";
import type { Problem } from "@grpc-lb-lab/manifests";
import { Pen, type TerminalOptions } from "@grpc-lb-lab/report";

/** What {@link renderCheck} needs beside the problems. */
export interface CheckView {
  /** How many objects were checked. */
  readonly objects: number;
  /** Whether to show YAML that mends a problem. */
  readonly fix: boolean;
  readonly style: TerminalOptions;
}

const INDENT = "    ";

/** Each problem with its place, what is wrong, how to mend it and what shows it; then the tally. */
export function renderCheck(problems: readonly Problem[], { objects, fix, style }: CheckView): string {
  const pen = new Pen(style);
  const blocks = problems.map((problem) => block(problem, fix, pen));
  return [...blocks, tally(problems, objects, pen), ""].join("\n");
}

function block(problem: Problem, fix: boolean, pen: Pen): string {
  const { severity, object, rule, reason, why, remedy, source, seen, shownBy, file, line } = problem;
  const [colour, sign] = severity === "problem" ? (["red", "✗"] as const) : (["yellow", "–"] as const);
  const mark = pen.paint(colour, pen.plain(sign));
  const place = file === undefined ? "" : `${file}:${line}: `;
  const heading = pen.paint("bold", pen.plain(`${place}${object}: ${severity === "note" ? "note" : rule}`));
  const hints = fix && problem.fix !== undefined ? problem.fix.split("\n").map((text) => `  ${text}`) : [];
  return [
    `${mark} ${heading}`,
    indented(reason, pen),
    ...(seen === undefined ? [] : [indented(`seen: ${seen}`, pen)]),
    ...(why === undefined ? [] : [indented(`why it matters: ${why}`, pen)]),
    indented(`to mend it: ${remedy}`, pen),
    ...hints.map((text) => pen.paint("green", `${INDENT}${pen.plain(text)}`)),
    ...(shownBy === undefined ? [] : [indented(`to see it: ${shownBy}`, pen)]),
    ...(source === undefined ? [] : [pen.paint("dim", indented(source, pen))]),
    "",
  ].join("\n");
}

function indented(text: string, pen: Pen): string {
  return pen.wrap(`${INDENT}${text}`, INDENT);
}

function tally(problems: readonly Problem[], objects: number, pen: Pen): string {
  const count = (of: Problem["severity"]) => problems.filter(({ severity }) => severity === of).length;
  const wrong = count("problem");
  const others = (["warning", "note"] as const).filter((severity) => count(severity) > 0);
  const counted = [quantity(wrong, "problem"), ...others.map((of) => quantity(count(of), of))].join(", ");
  const mark = wrong === 0 ? pen.paint("green", pen.plain("✓")) : pen.paint("red", pen.plain("✗"));
  return `${mark} ${counted} in ${quantity(objects, "object")}`;
}
