import { beganMs, type CallRecord, endMs } from "@grpc-lb-lab/measure";
import type { Evidence } from "./policy.ts";

/** The calls that were to start during a phase; none where there was no such phase. */
export function during(phase: string, { records, phases }: Pick<Evidence, "records" | "phases">): CallRecord[] {
  const found = phases.find(({ name }) => name === phase);
  if (found === undefined) return [];
  return records.filter(({ startMs }) => startMs >= found.fromMs && startMs < found.toMs);
}

/** The calls that began and ended in a phase. A client that is behind its schedule begins them later than was intended. */
export function within(phase: string, { records, phases }: Pick<Evidence, "records" | "phases">): CallRecord[] {
  const found = phases.find(({ name }) => name === phase);
  if (found === undefined) return [];
  return records.filter((record) => beganMs(record) >= found.fromMs && endMs(record) <= found.toMs);
}
