import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { modeSummaries } from "@grpc-lb-lab/experiments";
import { RESULT_SCHEMA, type Result, type RunResult } from "@grpc-lb-lab/measure";
import { renderComparison, renderRun, writeResultFile, writeTextFile } from "@grpc-lb-lab/report";
import type { Catalogue } from "./catalogue.ts";
import { describeEnvironment } from "./environment.ts";
import type { OutputFlags } from "./options/output-options.ts";
import { print, printJson } from "./print.ts";
import { terminalStyle } from "./terminal-style.ts";

interface Publication {
  readonly flags: OutputFlags;
  readonly results: readonly RunResult[];
  readonly catalogue: Catalogue;
  readonly startedAt: Date;
  readonly envoy: string | null;
}

/** Writes `result.json` and `report.html`, and prints the comparison (of a single run: its details) or the JSON. */
export async function publishResult({ flags, results, catalogue, startedAt, envoy }: Publication): Promise<void> {
  const result: Result = {
    schema: RESULT_SCHEMA,
    ok: results.every(({ status }) => status !== "failed"),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    invocation: process.env.LAB_INVOCATION || randomUUID(),
    options: reportedOptions(flags),
    seed: flags.seed,
    environment: describeEnvironment(envoy),
    modes: modeSummaries(results, catalogue.modes, catalogue.baseline),
    runs: [...results],
  };
  const resultFile = join(flags.out, "result.json");
  const reportFile = join(flags.out, "report.html");
  await writeResultFile(resultFile, result);
  // Loaded when there is something to draw: its libraries take as long to load as all the rest of the lab.
  const { renderHtml } = await import("@grpc-lb-lab/report/html");
  await writeTextFile(reportFile, renderHtml([{ name: resultFile, result }]));
  if (flags.json === true) printJson(result);
  else print(text(result));
  print(`\nReport: ${reportFile}\nResult: ${resultFile}\n`, process.stderr);
}

function text(result: Result): string {
  const style = terminalStyle(process.stdout, process.env);
  const [only, ...more] = result.runs;
  if (only !== undefined && more.length === 0) return renderRun(only, style);
  return renderComparison([{ name: "", result }], style);
}

function reportedOptions(flags: OutputFlags): Result["options"] {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, named(value)])) as Result["options"];
}

/** Modes and experiments by their names. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  return typeof value === "object" && value !== null && "name" in value ? value.name : value;
}
