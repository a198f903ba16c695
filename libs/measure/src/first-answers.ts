import type { CallRecord } from "./call-record.ts";

/** When each pod's first answer arrived, in ms of the lab's clock: to a call, or to a message of a stream. */
export function firstAnswers(
  records: readonly Pick<CallRecord, "pod" | "code" | "startMs" | "latencyMs">[],
): Map<string, number> {
  const first = new Map<string, number>();
  for (const { pod, code, startMs, latencyMs } of records) {
    if (code !== 0 || pod === undefined) continue;
    first.set(pod, Math.min(first.get(pod) ?? Number.POSITIVE_INFINITY, startMs + latencyMs));
  }
  return first;
}
