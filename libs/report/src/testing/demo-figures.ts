import type { Figure, RunResult } from "@grpc-lb-lab/measure";
import { greatest } from "../extremes.ts";

/** The figures that the demo's experiments give of a run; without values where it was not made. */
export function figuresOf(run: RunResult): Figure[] {
  const { pods, evenness, calls, latencyMs } = run;
  const ifAnswered = (...values: number[]) => (calls.ok > 0 ? values : []);
  switch (run.experiment) {
    case "share":
      return [
        figure("share", ["share of", "each pod"], "calls by pod", 10, ifAnswered(...pods.map((pod) => pod.calls))),
        figure("evenness", ["", "even"], "ratio", 20, ifAnswered(evenness)),
        { ...figure("p50", ["", "p50"], "ms", 60, ifAnswered(latencyMs.p50)), overCalls: calls.ok },
        { ...figure("p99", ["", "p99"], "ms", 70, ifAnswered(latencyMs.p99)), overCalls: calls.ok },
      ];
    case "scale-up":
      return [figure("first-call", ["new pods'", "1st call"], "ms", 30, slowestFirstCall(run))];
    case "pod-crash":
      return [figure("failed", ["failed:", "crash"], "calls", 40, failedCalls(run))];
    case "rollout":
      return [figure("failed", ["failed:", "rollout"], "calls", 50, failedCalls(run))];
    default:
      return [];
  }
}

function figure(
  id: string,
  heading: Figure["heading"],
  unit: Figure["unit"],
  rank: number,
  values: Figure["values"],
): Figure {
  return { id, heading, unit, values, rank };
}

function slowestFirstCall({ timeToFirstCallMs }: RunResult): Figure["values"] {
  const times = timeToFirstCallMs.map(({ ms }) => ms);
  if (times.length === 0) return [];
  return [times.includes(null) ? null : greatest(times.filter((ms) => ms !== null))];
}

/** Phase by phase where the run is judged in phases. */
function failedCalls({ calls, phases }: RunResult): number[] {
  if (calls.total === 0) return [];
  return phases.length > 1 ? phases.map(({ failed }) => failed) : [calls.failed];
}
