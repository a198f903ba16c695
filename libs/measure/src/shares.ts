import type { CallRecord } from "./call-record.ts";

/** Calls that each pod answered, by pod name; pods of `known` that answered none are there with 0. */
export function callsPerPod(records: readonly CallRecord[], known: readonly string[] = []): Map<string, number> {
  const calls = new Map(known.map((pod) => [pod, 0]));
  for (const { pod, code } of records) {
    if (code === 0 && pod !== undefined) calls.set(pod, (calls.get(pod) ?? 0) + 1);
  }
  return calls;
}
