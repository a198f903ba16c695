import type { CallRecord } from "./call-record.ts";
import type { Timeline } from "./result.ts";

/** Counts answered calls per pod and failed calls in buckets of `bucketMs` since `beganAtMs`, by the calls' intended starts. */
export function timeline(records: readonly CallRecord[], beganAtMs: number, bucketMs: number): Timeline {
  const bucketOf = (record: CallRecord) => Math.max(0, Math.floor((record.startMs - beganAtMs) / bucketMs));
  const length = records.reduce((longest, record) => Math.max(longest, bucketOf(record) + 1), 0);
  const empty = () => new Array<number>(length).fill(0);
  const answered: Record<string, number[]> = {};
  const failed = empty();
  for (const record of records) {
    const row = record.code === 0 ? rowOf(answered, record.pod ?? "unknown", empty) : failed;
    const bucket = bucketOf(record);
    row[bucket] = (row[bucket] ?? 0) + 1;
  }
  return { bucketMs, answered, failed };
}

function rowOf(rows: Record<string, number[]>, pod: string, empty: () => number[]): number[] {
  const row = rows[pod] ?? empty();
  rows[pod] = row;
  return row;
}
