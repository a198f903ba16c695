import type { RunResult } from "@grpc-lb-lab/measure";

/** The time to first call of the slowest new pod, ms; null: one got none within the run. */
export function slowestFirstCall({ timeToFirstCallMs }: Pick<RunResult, "timeToFirstCallMs">): (number | null)[] {
  if (timeToFirstCallMs.length === 0) return [];
  return [
    timeToFirstCallMs.some(({ ms }) => ms === null) ? null : Math.max(...timeToFirstCallMs.map(({ ms }) => ms ?? 0)),
  ];
}
