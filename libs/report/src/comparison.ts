import type { Expectation, Result, RunResult } from "@grpc-lb-lab/measure";
import { answeredOnlyNotes } from "./answered-only.ts";
import { type Cell, cellOf } from "./cell.ts";
import { clientLimitText } from "./client-limit.ts";
import { type FigureColumn, figureColumns } from "./figure-columns.ts";

/** A result with the name it is shown under where there are several, usually its file. */
export interface NamedResult {
  readonly name: string;
  readonly result: Result;
}

/** An expectation that did not hold, or a run that was not finished or not made. */
export interface Problem {
  readonly file: string;
  readonly mode: string;
  readonly experiment: string;
  readonly kind: "expectation" | "unfinished" | "skipped";
  /** The failed expectation; undefined for the other kinds. */
  readonly expectation: Expectation | undefined;
  readonly reason: string;
}

/** A run whose load fell behind its schedule: a problem of the run, which says nothing about the mode. */
export interface LimitedRun {
  readonly file: string;
  readonly mode: string;
  readonly experiment: string;
  /** That the client was the limit, with the rates and the lag. */
  readonly text: string;
}

/** One mode of one result beside the others. */
export interface ModeRow {
  readonly file: string;
  readonly mode: string;
  readonly balancer: string;
  readonly source: string;
  readonly summary: string;
  /** A cell for each column of the comparison, in their order. */
  readonly cells: readonly Cell[];
  /** `none`: nothing was run. */
  readonly verdict: "as-expected" | "differs" | "skipped" | "none";
  readonly problems: readonly Problem[];
  readonly limitedRuns: readonly LimitedRun[];
}

/** All modes of all results beside each other, in the figures that their runs carry. */
export interface Comparison {
  readonly columns: readonly FigureColumn[];
  /** Mode by mode in the order of the first result that has it, within a mode file by file. */
  readonly rows: readonly ModeRow[];
}

/** Brings the modes of `results` together. Results without figures, of an older lab, give rows without cells. */
export function compare(results: readonly NamedResult[]): Comparison {
  const columns = figureColumns(results.flatMap(({ result }) => result.runs));
  const rows = results.flatMap(({ name, result }) => result.modes.map((mode) => modeRow(name, result, mode, columns)));
  return { columns, rows: [...Map.groupBy(rows, ({ mode }) => mode).values()].flat() };
}

/** What the mark of percentiles beside failed calls means, with the counts of the runs of `shown` columns; undefined where none is marked. */
export function markNote({ columns, rows }: Comparison, severalFiles: boolean, shown = columns): string | undefined {
  const runs = rows.flatMap(({ mode, file, cells }) =>
    cells.flatMap(({ answeredOnly: calls }, index) => {
      const column = columns[index];
      if (calls === undefined || column === undefined || !shown.includes(column)) return [];
      return { where: `${mode} ${column.experiment}${severalFiles ? ` (${file})` : ""}`, calls };
    }),
  );
  return answeredOnlyNotes(runs);
}

/** Whether a mode has rows of several files, which only their names tell apart. */
export function needFileNames(rows: readonly ModeRow[]): boolean {
  return new Set(rows.map(({ mode }) => mode)).size < rows.length;
}

/** Runs and expectations over all results, for a headline. */
export function tally(results: readonly NamedResult[]) {
  const runs = results.flatMap(({ result }) => result.runs);
  const made = runs.filter(({ status }) => status !== "skipped");
  const expectations = made.flatMap((run) => run.expectations);
  return {
    runs: made.length,
    skipped: runs.length - made.length,
    failedRuns: made.filter(({ status }) => status === "failed").length,
    limitedRuns: made.filter(({ schedule }) => schedule?.clientWasLimit === true).length,
    expectations: expectations.length,
    failedExpectations: expectations.filter(({ ok }) => !ok).length,
  };
}

function modeRow(
  file: string,
  result: Result,
  { mode, balancer, source, summary }: Result["modes"][number],
  columns: readonly FigureColumn[],
): ModeRow {
  const runs = result.runs.filter((run) => run.mode === mode);
  const runOf = (experiment: string) => runs.find((run) => run.experiment === experiment);
  return {
    file,
    mode,
    balancer,
    source,
    summary,
    cells: columns.map((column) => cellOf(runOf(column.experiment), column)),
    verdict: verdictOf(runs),
    problems: runs.flatMap((run) => problemsOf(file, run)),
    limitedRuns: runs.flatMap((run) => limitedRun(file, run)),
  };
}

function limitedRun(file: string, run: RunResult): LimitedRun[] {
  const { mode, experiment } = run;
  const text = clientLimitText(run);
  return text === undefined ? [] : [{ file, mode, experiment, text }];
}

function verdictOf(runs: readonly RunResult[]): ModeRow["verdict"] {
  if (runs.some(({ status }) => status === "failed")) return "differs";
  if (runs.some(({ status }) => status === "passed")) return "as-expected";
  return runs.length > 0 ? "skipped" : "none";
}

function problemsOf(file: string, run: RunResult): Problem[] {
  const { mode, experiment, status, reason = "" } = run;
  const about = { file, mode, experiment, expectation: undefined };
  if (status === "skipped") return [{ ...about, kind: "skipped", reason: reason || "no reason given" }];
  const failed = run.expectations
    .filter(({ ok }) => !ok)
    .map((expectation) => ({ ...about, kind: "expectation" as const, expectation, reason: "" }));
  if (status === "failed" && (reason !== "" || failed.length === 0)) {
    return [...failed, { ...about, kind: "unfinished", reason: reason || "no reason given" }];
  }
  return failed;
}
