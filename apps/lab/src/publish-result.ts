import { join } from "node:path";
import { modeSummaries } from "@grpc-lb-lab/experiments";
import { RESULT_SCHEMA, type Result, type RunResult } from "@grpc-lb-lab/measure";
import { renderComparison, renderHtml, renderRun, writeResultFile, writeTextFile } from "@grpc-lb-lab/report";
import { describeEnvironment } from "./environment.ts";
import type { OutputFlags } from "./options/output-options.ts";
import { terminalStyle } from "./terminal-style.ts";

interface Publication {
  readonly flags: OutputFlags;
  readonly results: readonly RunResult[];
  readonly startedAt: Date;
  readonly envoy: string | null;
}

/** Writes `result.json` and `report.html`, and prints the comparison (of a single run: its details) or the JSON. */
export async function publishResult({ flags, results, startedAt, envoy }: Publication): Promise<void> {
  const result: Result = {
    schema: RESULT_SCHEMA,
    ok: results.every(({ status }) => status !== "failed"),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    options: reportedOptions(flags),
    seed: flags.seed,
    environment: describeEnvironment(envoy),
    modes: modeSummaries(results),
    runs: [...results],
  };
  const resultFile = join(flags.out, "result.json");
  const reportFile = join(flags.out, "report.html");
  await writeResultFile(resultFile, result);
  await writeTextFile(reportFile, renderHtml([{ name: resultFile, result }]));
  process.stdout.write(flags.json === true ? `${JSON.stringify(result, null, 2)}\n` : text(result));
  process.stderr.write(`\nReport: ${reportFile}\nResult: ${resultFile}\n`);
}

function text(result: Result): string {
  const style = terminalStyle(process.stdout, process.env);
  const [only, ...more] = result.runs;
  if (only !== undefined && more.length === 0) return renderRun(only, style);
  return renderComparison([{ name: "", result }], style);
}

function reportedOptions(flags: OutputFlags): Result["options"] {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Result["options"];
}
