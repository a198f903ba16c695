import type { CallRecord } from "./call-record.ts";

/** The most calls that were in flight at once on any one pod, among the answered calls of `records`. */
export function mostInFlightOnAPod(records: readonly CallRecord[]): number {
  const byPod = Map.groupBy(
    records.filter((record) => record.code === 0 && record.pod !== undefined),
    (record) => record.pod,
  );
  return Math.max(0, ...[...byPod.values()].map(mostAtOnce));
}

function mostAtOnce(records: readonly CallRecord[]): number {
  const changes = records
    .flatMap(({ startMs, latencyMs }) => [
      { atMs: startMs, by: 1 },
      { atMs: startMs + latencyMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const change of changes) {
    now += change.by;
    most = Math.max(most, now);
  }
  return most;
}
