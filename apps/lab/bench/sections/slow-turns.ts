import { median, type RunResult } from "@grpc-lb-lab/measure";

/** Calls that were answered while a pod was slow. */
export interface SlowCalls {
  /** Those that the slow pod answered. */
  readonly ofSlowPod: number;
  readonly calls: number;
}

/** The slow turns of a run of `slow-pod`: who answered, and the median of the turns' p90. */
export function slowTurns({
  phases,
  events,
}: Pick<RunResult, "phases" | "events">): SlowCalls & { readonly p90Ms: number } {
  const slow = phases.filter(({ name }) => name.startsWith("slow "));
  const pod = events.find(({ kind }) => kind === "slow")?.pod ?? "";
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    ofSlowPod: sum(slow.map(({ answered = {} }) => answered[pod] ?? 0)),
    calls: sum(slow.flatMap(({ answered = {} }) => Object.values(answered))),
    p90Ms: median(slow.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs.p90]))),
  };
}

/**
 * How many standard deviations of its mean the slow pod's part of the calls is above that in the same round of `others`: by the rounds' own scatter, for picks
 * that look at what is under way do not come independently.
 */
export function roundsApart(own: readonly SlowCalls[], others: readonly SlowCalls[]): number {
  const part = ({ ofSlowPod, calls }: SlowCalls) => ofSlowPod / calls;
  const apart = own.map((round, index) => part(round) - part(others[index] ?? round));
  const mean = apart.reduce((sum, difference) => sum + difference, 0) / apart.length;
  const variance = apart.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (apart.length - 1);
  return mean === 0 ? 0 : mean / Math.sqrt(variance / apart.length);
}
