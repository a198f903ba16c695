import type { Figure, FigureUnit, PodCalls, RunResult } from "@grpc-lb-lab/measure";
import { type AnsweredCalls, answeredOnlyMark } from "./answered-only.ts";
import type { FigureColumn } from "./figure-columns.ts";
import { formatCount, formatEvenness, formatMs, formatShare, formatTimes } from "./format.ts";

/** One figure of a row. `bar`: the shares of `pods`; `absent`: the experiment was not run, or gave no such figure. */
export interface Cell {
  readonly kind: "value" | "bar" | "absent" | "skipped";
  /** What it says, with its mark where failed calls are left out of it; empty for a bar. */
  readonly text: string;
  /** The pods of a bar, of which at least one has calls; otherwise empty. */
  readonly pods: readonly PodCalls[];
  /** Whether an expectation of the run behind it failed. */
  readonly failed: boolean;
  /** The calls that it is over and those that were made, where failed ones are left out. */
  readonly answeredOnly?: AnsweredCalls;
}

/** What stands in `column` for `run`; undefined: the mode has no run of the column's experiment. */
export function cellOf(run: RunResult | undefined, column: FigureColumn): Cell {
  if (run?.status === "skipped") return { kind: "skipped", text: "skipped", pods: [], failed: false };
  const failed = run?.status === "failed";
  const figure = run?.figures.find(({ id }) => id === column.id);
  if (run === undefined || figure === undefined || figure.values.length === 0) return { ...ABSENT, failed };
  const { values } = figure;
  if (column.unit !== "calls by pod") return valueCell(run, figure, column.unit);
  const pods = run.pods.map((pod, index) => ({ ...pod, calls: values[index] ?? 0 }));
  return pods.some(({ calls }) => calls > 0) ? { kind: "bar", text: "", pods, failed } : { ...ABSENT, failed };
}

const ABSENT = { kind: "absent", text: "–", pods: [] } as const;

function valueCell(run: RunResult, { values, overCalls }: Figure, unit: keyof typeof FORMATS): Cell {
  const over = { ok: overCalls ?? run.calls.total, total: run.calls.total };
  const mark = answeredOnlyMark(over);
  return {
    kind: "value",
    text: `${valuesText(values, unit)}${mark}`,
    pods: [],
    failed: run.status === "failed",
    ...(mark === "" ? {} : { answeredOnly: over }),
  };
}

const FORMATS: Readonly<Record<Exclude<FigureUnit, "calls by pod">, (value: number) => string>> = {
  ms: formatMs,
  calls: formatCount,
  count: formatCount,
  ratio: formatEvenness,
  part: (value) => formatShare(value, 1),
  times: formatTimes,
};

/** A value as people read it in its unit. */
export function formatValue(value: number, unit: keyof typeof FORMATS): string {
  return FORMATS[unit](value);
}

/** `412 / 0` where there are several, `never` for what did not happen. */
function valuesText(values: Figure["values"], unit: keyof typeof FORMATS): string {
  return values.map((value) => (value === null ? "never" : formatValue(value, unit))).join(" / ");
}
