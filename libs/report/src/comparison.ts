import type { Expectation, Result, RunResult } from "@grpc-lb-lab/measure";
import { greatest } from "./extremes.ts";
import { formatCount, formatEvenness, formatMs } from "./format.ts";

/** A result with the name it is shown under where there are several, usually its file. */
export interface NamedResult {
  readonly name: string;
  readonly result: Result;
}

/** One figure of a row. `absent`: the experiment was not run, or gave no such figure. */
export interface Cell {
  readonly kind: "value" | "absent" | "skipped";
  readonly text: string;
  /** Whether an expectation of the run behind it failed. */
  readonly failed: boolean;
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

/** One mode of one result beside the others. */
export interface ModeRow {
  readonly file: string;
  readonly mode: string;
  readonly balancer: string;
  readonly source: string;
  readonly summary: string;
  /** The `share` run: its pods are the bar. Undefined when it was not run or has no calls. */
  readonly share: RunResult | undefined;
  readonly cells: {
    readonly share: Cell;
    readonly evenness: Cell;
    readonly newPods: Cell;
    readonly crash: Cell;
    readonly rollout: Cell;
    readonly p50: Cell;
    readonly p99: Cell;
  };
  /** `none`: nothing was run. */
  readonly verdict: "as-expected" | "differs" | "skipped" | "none";
  readonly problems: readonly Problem[];
}

/** The rows of the comparison: mode by mode in the order of the first result that has it, within a mode file by file. */
export function compare(results: readonly NamedResult[]): ModeRow[] {
  const rows = results.flatMap(({ name, result }) => result.modes.map((mode) => modeRow(name, result, mode)));
  return [...Map.groupBy(rows, ({ mode }) => mode).values()].flat();
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
    expectations: expectations.length,
    failedExpectations: expectations.filter(({ ok }) => !ok).length,
  };
}

function modeRow(file: string, result: Result, { mode, balancer, source, summary }: Result["modes"][number]): ModeRow {
  const runs = result.runs.filter((run) => run.mode === mode);
  const run = (experiment: string) => runs.find((candidate) => candidate.experiment === experiment);
  const share = run("share");
  return {
    file,
    mode,
    balancer,
    source,
    summary,
    share: share !== undefined && share.calls.ok > 0 ? share : undefined,
    cells: {
      share: cell(share, () => undefined),
      evenness: cell(share, ({ evenness, calls }) => (calls.ok > 0 ? formatEvenness(evenness) : undefined)),
      newPods: cell(run("scale-up"), slowestFirstCall),
      crash: cell(run("pod-crash"), failedCalls),
      rollout: cell(run("rollout"), failedCalls),
      p50: cell(share, ({ calls, latencyMs }) => (calls.ok > 0 ? formatMs(latencyMs.p50) : undefined)),
      p99: cell(share, ({ calls, latencyMs }) => (calls.ok > 0 ? formatMs(latencyMs.p99) : undefined)),
    },
    verdict: verdictOf(runs),
    problems: runs.flatMap((candidate) => problemsOf(file, candidate)),
  };
}

function cell(run: RunResult | undefined, figure: (run: RunResult) => string | undefined): Cell {
  if (run?.status === "skipped") return { kind: "skipped", text: "skipped", failed: false };
  const text = run === undefined ? undefined : figure(run);
  return { kind: text === undefined ? "absent" : "value", text: text ?? "–", failed: run?.status === "failed" };
}

/** Time to first call of the slowest new pod. */
function slowestFirstCall({ timeToFirstCallMs }: RunResult): string | undefined {
  if (timeToFirstCallMs.length === 0) return undefined;
  const times = timeToFirstCallMs.map(({ ms }) => ms).filter((ms) => ms !== null);
  return times.length < timeToFirstCallMs.length ? "never" : formatMs(greatest(times));
}

/** Failed calls; phase by phase where a run is judged in phases: `412 / 0`. */
function failedCalls({ calls, phases }: RunResult): string | undefined {
  if (calls.total === 0) return undefined;
  return phases.length > 1 ? phases.map(({ failed }) => formatCount(failed)).join(" / ") : formatCount(calls.failed);
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
