import { type Curve, LatencyHistogram } from "@grpc-lb-lab/measure";
import type { AutoscalingSample, Observation } from "../observation.ts";

/** From one point to the next; a p99 is over the calls of so long. */
const STEP_MS = 10_000;

/** What an autoscaler saw and did, over time: pods, the CPU of the busiest and the mean of all, and what calls took. */
export function autoscaleCurves(observation: Observation): Curve[] {
  const { autoscaling = [], beganAtMs } = observation;
  const ofSamples = (read: (sample: AutoscalingSample) => number | undefined) => {
    const groups = Map.groupBy(autoscaling, ({ atMs }) => stepOf(atMs - beganAtMs));
    return Array.from(groups, ([step, [first]]) => [step, first === undefined ? null : (read(first) ?? null)] as const);
  };
  return [
    curve(
      "autoscaled-pods",
      "Ready pods over time",
      "pods",
      "count",
      ofSamples(({ pods }) => pods),
    ),
    curve(
      "mean-cpu",
      "Mean CPU of the pods over time",
      "mCPU",
      "count",
      ofSamples(({ meanMilliCpu }) => meanMilliCpu),
    ),
    curve(
      "busiest-cpu",
      "CPU of the busiest pod over time",
      "mCPU",
      "count",
      ofSamples(({ busiestMilliCpu }) => busiestMilliCpu),
    ),
    curve("p99", "p99 of answered calls over time", "ms", "ms", percentiles(observation)),
  ];
}

function stepOf(sinceBeganMs: number): number {
  return Math.max(0, Math.floor(sinceBeganMs / STEP_MS));
}

function curve(
  id: string,
  title: string,
  label: string,
  unit: Curve["y"]["unit"],
  points: readonly (readonly [step: number, y: number | null])[],
): Curve {
  return {
    id,
    title,
    x: { label: "seconds", isLogarithmic: false },
    y: { label, unit },
    points: points.map(([step, y]) => ({ x: (step * STEP_MS) / 1_000, y: y === null ? null : Math.round(y) })),
  };
}

/** Null where no call of that time was answered. */
function percentiles({ records, beganAtMs }: Observation): [step: number, p99Ms: number | null][] {
  const groups = Map.groupBy(records, ({ startMs }) => stepOf(startMs - beganAtMs));
  return Array.from(groups, ([step, calls]) => {
    const { p99, calls: answered } = LatencyHistogram.of(calls).summary();
    return [step, answered === 0 ? null : p99];
  });
}
