import type { CallRecord } from "./call-record.ts";

/** Calls that each pod answered, by pod name; pods of `known` that answered none are there with 0. */
export function callsPerPod(records: readonly CallRecord[], known: readonly string[] = []): Map<string, number> {
  const calls = new Map(known.map((pod) => [pod, 0]));
  for (const { pod, code } of records) {
    if (code === 0 && pod !== undefined) calls.set(pod, (calls.get(pod) ?? 0) + 1);
  }
  return calls;
}

/**
 * Jain's fairness index of the calls per pod: 1 is even, 1/n is one pod of n, 0 is no calls at all.
 * Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness", DEC-TR-301 (1984).
 */
export function evenness(callsOfPods: readonly number[]): number {
  const sum = callsOfPods.reduce((total, calls) => total + calls, 0);
  const squares = callsOfPods.reduce((total, calls) => total + calls * calls, 0);
  return squares === 0 ? 0 : (sum * sum) / (callsOfPods.length * squares);
}
