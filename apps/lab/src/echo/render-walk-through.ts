import { styleText } from "node:util";
import type { TerminalOptions } from "@grpc-lb-lab/report";
import type { WalkThroughStep } from "./walk-through.ts";
import type { WalkThroughResult } from "./walk-through-result.ts";

/** What the walk-through showed: a line a step with the versions' shares, below it what was expected and what came out. */
export function renderWalkThrough({ steps, problems }: WalkThroughResult, style: TerminalOptions): string {
  const lines = steps.flatMap((step) => stepLines(step, style));
  const all = steps.flatMap(({ expectations }) => expectations);
  const held = all.filter(({ ok }) => ok).length;
  return [
    ...lines,
    ...problems.map((problem) => `problem: ${problem}`),
    `${mark(held === all.length, style)} ${held} of ${all.length} expectations held in ${steps.length} steps`,
    "",
  ].join("\n");
}

function stepLines({ id, applied, versions, expectations }: WalkThroughStep, style: TerminalOptions): string[] {
  const title = applied === null ? id : `${id.padEnd(14)} ${applied}`;
  const bar = versionBar(versions, style);
  return [
    style.color ? styleText("bold", title) : title,
    ...(bar === "" ? [] : [`    ${bar}`]),
    ...expectations.map(({ ok, what, measured, bound }) => {
      const text = ok ? measured : `${measured}, expected ${bound}`;
      return `    ${mark(ok, style)} ${what}: ${text}`;
    }),
    "",
  ];
}

const BAR_COLUMNS = 40;
const COLORS = ["blue", "yellow"] as const;

/** The versions' parts of the answers, in columns. */
function versionBar(versions: Readonly<Record<string, number>>, { color, unicode }: TerminalOptions): string {
  const names = Object.keys(versions).sort();
  const total = Object.values(versions).reduce((sum, calls) => sum + calls, 0);
  const parts = names.map((name, index) => {
    const columns = Math.round((BAR_COLUMNS * (versions[name] ?? 0)) / total);
    const part = (unicode ? "█" : String(index + 1)).repeat(columns);
    return color ? styleText(COLORS[index % COLORS.length] ?? "blue", part) : part;
  });
  return [parts.join(""), ...names.map((name) => `${name} ${versions[name]}`)].filter(Boolean).join("  ");
}

function mark(ok: boolean, { color, unicode }: TerminalOptions): string {
  const text = unicode ? (ok ? "✔" : "✘") : ok ? "ok" : "FAIL";
  return color ? styleText(ok ? "green" : "red", text) : text;
}
