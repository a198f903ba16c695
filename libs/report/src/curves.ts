import type { Curve } from "@grpc-lb-lab/measure";
import { formatValue } from "./cell.ts";
import type { NamedResult } from "./comparison.ts";

/** One run's line. */
export interface CurveLine {
  readonly mode: string;
  readonly file: string;
  /** y by x, in the order of x; null: nothing was measured there. */
  readonly values: ReadonlyMap<number, number | null>;
}

/** The lines of all runs that have a curve. */
export interface CurveChart extends Pick<Curve, "title" | "x" | "y"> {
  readonly experiment: string;
  /** Every x of a line, from the left. */
  readonly xs: readonly number[];
  readonly lines: readonly CurveLine[];
}

/** The curves of `results`, each with the lines of the runs that have it, in the order in which they first occur. */
export function curveCharts(results: readonly NamedResult[]): CurveChart[] {
  const all = results.flatMap(({ name: file, result }) =>
    result.runs.flatMap(({ mode, experiment, curves = [] }) =>
      curves.map((curve) => ({ curve, experiment, line: { mode, file, values: valuesOf(curve) } })),
    ),
  );
  const byCurve = Map.groupBy(all, ({ curve, experiment }) => `${experiment} ${curve.id}`);
  return Array.from(byCurve.values(), (of) => {
    const [first] = of as [(typeof of)[number], ...typeof of];
    const { title, x, y } = first.curve;
    const xs = [...new Set(of.flatMap(({ line }) => [...line.values.keys()]))].toSorted((a, b) => a - b);
    return { experiment: first.experiment, title, x, y, xs, lines: of.map(({ line }) => line) };
  });
}

function valuesOf({ points }: Curve): Map<number, number | null> {
  return new Map(points.map(({ x, y }) => [x, y]));
}

/** A point of a line as text; empty where the line has none. */
export function pointText(value: number | null | undefined, unit: Curve["y"]["unit"]): string {
  if (value === undefined) return "";
  return value === null ? "–" : formatValue(value, unit);
}
