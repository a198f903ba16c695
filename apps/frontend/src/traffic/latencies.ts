import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

const MICROSECONDS_PER_MS = 1000;
const HIGHEST_US = 60_000_000;

/** Latency percentiles in ms. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/**
 * Latencies of calls as Node's own HdrHistogram: microseconds from 1 µs to 60 s with 2 significant digits, 10 KiB each. Slower calls
 * count as 60 s.
 */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 2 });

  record(latencyMs: number): void {
    this.#histogram.record(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * MICROSECONDS_PER_MS))));
  }

  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** Undefined while there are no calls. */
  percentiles(): Percentiles | undefined {
    if (this.#histogram.count === 0) return undefined;
    const ms = (percentile: number) => this.#histogram.percentile(percentile) / MICROSECONDS_PER_MS;
    return { p50: ms(50), p90: ms(90), p99: ms(99) };
  }
}
