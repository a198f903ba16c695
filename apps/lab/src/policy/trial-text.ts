import {
  columnName,
  isAsRecorded,
  MARK_LEGEND,
  outcomeMark,
  type TriedCell,
  type TruthCell,
  type TruthResult,
  trialAppText,
} from "@grpc-lb-lab/policies";
import { formatMs, Pen, type TerminalOptions } from "@grpc-lb-lab/report";
import { shortfall } from "../truth/truth-runs.ts";
import { parametersText } from "./policy-text.ts";

const INDENT = "    ";

/** What came of a policy in each column, and what that rests on. */
export function trialText({ cells, policies, versions, stage }: TruthResult, style: TerminalOptions): string {
  const pen = new Pen(style);
  const asks = policies.map(({ name, asks: what }) => pen.wrap(`${name} asks: ${what}`, INDENT));
  const with_ = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const footer = pen.wrap(`on the ${stage} stage, with ${with_.join(", ")}`, INDENT);
  return `${[...asks, ...cells.map((cell) => cellText(cell, pen)), footer].join("\n\n")}\n`;
}

function cellText(cell: TruthCell, pen: Pen): string {
  if (cell.is === "tried") return triedText(cell, pen);
  const why = "reason" in cell ? `${cell.is}: ${cell.reason}` : cell.is;
  return pen.wrap(`${pen.plain("–")} ${columnName(cell)}: ${why}`, INDENT);
}

function triedText(cell: TriedCell, pen: Pen): string {
  const fine = isAsRecorded(cell);
  const mark = fine ? pen.paint("green", pen.plain("✓")) : pen.paint("red", pen.plain("✗"));
  const beside = cell.recorded === undefined ? "nothing is recorded" : fine ? "as recorded" : "not as recorded";
  const head = `${columnName(cell)}: ${outcomeMark(cell)} (${beside}), in ${formatMs(cell.durationMs)}`;
  const facts = [
    `parameters: ${parametersText(cell.parameters)}`,
    ...(cell.asWithoutRule ? [MARK_LEGEND] : []),
    ...[trialAppText(cell.app)].flatMap((text) => text ?? []),
    ...[shortfall(cell)].flatMap((text) => (text === undefined ? [] : [text])),
    ...(cell.expectations.length === 0 || cell.outcome === "refused" || cell.outcome === "differs" ? [cell.words] : []),
    ...cell.refusals.map(({ by, reason }) => `refused by ${by}: ${reason}`),
    ...cell.problems.map((problem) => `went wrong: ${problem}`),
  ];
  return [
    `${mark} ${pen.wrap(head, INDENT)}`,
    ...facts.map((fact) => pen.wrap(`  ${fact}`, INDENT)),
    ...cell.expectations.map((expectation) => expectationLine(expectation, pen)),
    ...cell.simulated.map((standIn) => pen.wrap(`  simulated: ${standIn}`, INDENT)),
    ...(cell.echoed ?? []).flatMap(({ pod, version, text }) => [
      pen.wrap(`  first answer of ${pod}, version ${version}:`, INDENT),
      ...indented(text),
    ]),
    pen.plain("  asked:"),
    ...indented(cell.asked),
  ].join("\n");
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `${INDENT}${line}`.trimEnd());
}

function expectationLine({ what, bound, measured, ok }: TriedCell["expectations"][number], pen: Pen): string {
  return pen.wrap(`  ${pen.plain(ok ? "✓" : "✗")} ${what}: ${measured}, bound ${bound}`, INDENT);
}
