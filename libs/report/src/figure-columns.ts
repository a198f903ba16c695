import type { FigureUnit, RunResult } from "@grpc-lb-lab/measure";

/** A column of the comparison: one figure of one experiment. */
export interface FigureColumn {
  readonly experiment: string;
  /** The figure's id, of its own within the experiment. */
  readonly id: string;
  readonly unit: FigureUnit;
  readonly heading: readonly [string, string];
  /** What it is, where the heading does not say it. */
  readonly explanation?: string | undefined;
  /** Where it stands among the others, from the left. */
  readonly rank: number;
}

/**
 * A column for each figure that any of `runs` carries, in the order of their ranks, of equal ranks in the order of `runs`. Where runs
 * do not agree on what a figure is called (files of different versions), the first decides.
 */
export function figureColumns(runs: readonly RunResult[]): FigureColumn[] {
  const all = runs.flatMap(({ experiment, figures }) =>
    figures.map(({ values: _, overCalls: __, ...figure }) => ({ experiment, ...figure })),
  );
  const groups = Map.groupBy(all, ({ experiment, id }) => JSON.stringify([experiment, id]));
  return [...groups.values()].flatMap((alike) => alike.slice(0, 1)).toSorted((a, b) => a.rank - b.rank);
}

/** The headings of `columns`, one by one; those that read the same begin with the experiment: `share` above `p50`. */
export function distinctHeadings(columns: readonly FigureColumn[]): FigureColumn["heading"][] {
  const groups = Map.groupBy(columns, figureName);
  return columns.map((column) => {
    const [upper, lower] = column.heading;
    const isAlone = groups.get(figureName(column))?.length === 1;
    return isAlone ? column.heading : [upper === "" ? column.experiment : `${column.experiment} ${upper}`, lower];
  });
}

/** A column's heading in one line: `failed: crash`. */
export function figureName({ heading, id }: FigureColumn): string {
  return heading.filter((line) => line !== "").join(" ") || id;
}
