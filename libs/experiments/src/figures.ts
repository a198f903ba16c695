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

/** Calls of a phase, as a result has them; undefined: there was no such phase, or the result is older and does not say it. */
export function callsOfResultPhase(
  name: string,
  { phases }: Pick<RunResult, "phases">,
): { readonly all: number; readonly failed: number } | undefined {
  const phase = phases.find((one) => one.name === name);
  if (phase?.answered === undefined) return undefined;
  const answeredCalls = Object.values(phase.answered).reduce((sum, calls) => sum + calls, 0);
  return { all: answeredCalls + phase.failed, failed: phase.failed };
}

/** The part of a phase's calls that failed; none where there were no calls. */
export function failedPartOf(name: string): Read {
  return (run) => {
    const { all = 0, failed = 0 } = callsOfResultPhase(name, run) ?? {};
    return all === 0 ? [] : [failed / all];
  };
}
