import type { CallRecord } from "../call-record.ts";

/** A call that pod `a` answered after 10 ms, but for `fields`. */
export function call(startMs: number, fields: Partial<CallRecord> = {}): CallRecord {
  return { startMs, latencyMs: 10, code: 0, pod: "a", attempts: 1, client: 0, ...fields };
}

/** A call that failed UNAVAILABLE after 10 ms. */
export function failed(startMs: number, fields: Partial<CallRecord> = {}): CallRecord {
  return call(startMs, { code: 14, pod: undefined, ...fields });
}
