import type { RunResult } from "@grpc-lb-lab/measure";
import { greatest } from "../extremes.ts";

const MOST_BINS = 60;

/** Calls per second of one pod (by its index in `pods`) in a bin that begins at `atMs`, stacked on the pods before it. */
export interface StackedBin {
  readonly atMs: number;
  readonly pod: number;
  readonly from: number;
  readonly to: number;
}

/** A run's timeline as rates, in at most 60 bins. */
export interface TimelineBins {
  readonly binMs: number;
  readonly endMs: number;
  readonly answered: readonly StackedBin[];
  readonly failed: readonly { readonly atMs: number; readonly rate: number }[];
  readonly highestRate: number;
  readonly highestFailedRate: number;
}

/** Sums the timeline's buckets into fewer bins and stacks the pods in the order of `pods`; pods that are in the timeline only come last. */
export function timelineBins({ timeline, pods }: Pick<RunResult, "timeline" | "pods">): TimelineBins {
  const series = [...new Set([...pods.map(({ pod }) => pod), ...Object.keys(timeline.answered)])];
  const buckets = greatest(
    Object.values(timeline.answered).map(({ length }) => length),
    timeline.failed.length,
  );
  const perBin = Math.max(1, Math.ceil(buckets / MOST_BINS));
  const binMs = timeline.bucketMs * perBin;
  const starts = Array.from({ length: Math.ceil(buckets / perBin) }, (_, bin) => bin * perBin);
  const rate = (counts: readonly number[] | undefined, start: number) => {
    const calls = counts?.slice(start, start + perBin).reduce((sum, count) => sum + count, 0) ?? 0;
    // The last bin rarely has all its buckets; divided by its full length it would look like a drop.
    return (calls * 1000) / (Math.min(perBin, buckets - start) * timeline.bucketMs);
  };
  const answered = starts.flatMap((start) => {
    let from = 0;
    return series.map((pod, index) => {
      const to = from + rate(timeline.answered[pod], start);
      const bin = { atMs: start * timeline.bucketMs, pod: index, from, to };
      from = to;
      return bin;
    });
  });
  const failed = starts.map((start) => ({ atMs: start * timeline.bucketMs, rate: rate(timeline.failed, start) }));
  return {
    binMs,
    endMs: buckets * timeline.bucketMs,
    answered,
    failed,
    highestRate: greatest(
      answered.map(({ to }) => to),
      0,
    ),
    highestFailedRate: greatest(
      failed.map((bin) => bin.rate),
      0,
    ),
  };
}
