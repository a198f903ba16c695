import type { RunResult } from "@grpc-lb-lab/measure";
import { decodeFromCompressedBase64, JsHistogram } from "hdr-histogram-js";
import { greatest, least } from "./extremes.ts";

const BUCKETS_PER_DECADE = 20;
const US_PER_MS = 1000;

/** Answered calls whose latency lies in [`fromMs`, `toMs`). */
export interface LatencyBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly calls: number;
}

/**
 * The latency distribution of a run's answered calls in buckets of equal width on a logarithmic axis (20 per factor of ten), the
 * same edges for every run, without gaps from the fastest to the slowest. Empty for a run without answered calls.
 */
export function latencyBuckets(run: Pick<RunResult, "histogram">): LatencyBucket[] {
  const counts = new Map<number, number>();
  for (const { ms, calls } of recordedLatencies(run.histogram)) {
    const bucket = Math.floor(Math.log10(ms) * BUCKETS_PER_DECADE);
    counts.set(bucket, (counts.get(bucket) ?? 0) + calls);
  }
  if (counts.size === 0) return [];
  const first = least(counts.keys());
  const last = greatest(counts.keys());
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    fromMs: 10 ** ((first + i) / BUCKETS_PER_DECADE),
    toMs: 10 ** ((first + i + 1) / BUCKETS_PER_DECADE),
    calls: counts.get(first + i) ?? 0,
  }));
}

function* recordedLatencies(encoded: string): Generator<{ readonly ms: number; readonly calls: number }> {
  if (encoded === "") return;
  const histogram = decodeFromCompressedBase64(encoded);
  // Iterating is not in the library's interface, only in its JavaScript implementation, which is what it decodes to.
  if (!(histogram instanceof JsHistogram)) throw new Error("the histogram library decoded to another implementation");
  const values = histogram.recordedValuesIterator;
  values.reset();
  while (values.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = values.next();
    yield { ms: Math.max(1, valueIteratedTo) / US_PER_MS, calls: countAddedInThisIterationStep };
  }
}
