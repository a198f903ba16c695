import type { ReceivedCalls } from "./rules.ts";

/** The header of every call that counts, and of each of its attempts; calls of a warm-up have none. Its value is the index of the call's kind. */
export const COUNTED_HEADER = "x-lab-counted";

/** How many calls that count a pod has received, each attempt of each; of one kind if it is named. */
export function countedCalls({ headers }: Pick<ReceivedCalls, "headers">, kind?: number): number {
  const byKind = headers[COUNTED_HEADER] ?? {};
  if (kind !== undefined) return byKind[kind] ?? 0;
  return Object.values(byKind).reduce((sum, calls) => sum + calls, 0);
}
