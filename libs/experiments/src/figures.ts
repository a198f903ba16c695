import type { RunResult } from "@grpc-lb-lab/measure";
import type { FigureDeclaration } from "./experiment.ts";

type Read = FigureDeclaration["read"];

/** Reads one number of a run in which a call was answered; none of others, where it would mean nothing. */
export function answered(figure: (run: Omit<RunResult, "figures">) => number): Read {
  return (run) => (run.calls.ok > 0 ? [figure(run)] : []);
}

/** A percentile of the answered calls' latency. */
export function latency(percentile: "p50" | "p99", rank: number): FigureDeclaration {
  return {
    id: percentile,
    heading: ["", percentile],
    unit: "ms",
    ofAnsweredCalls: true,
    rank,
    read: answered(({ latencyMs }) => latencyMs[percentile]),
  };
}

/** The calls that failed, phase by phase where a run is judged in phases. */
export const failedByPhase: Read = ({ calls, phases }) => {
  if (calls.total === 0) return [];
  return phases.length > 1 ? phases.map(({ failed }) => failed) : [calls.failed];
};
