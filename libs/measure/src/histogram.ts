import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { CallRecord } from "./call-record.ts";
import type { LatencyMs } from "./result.ts";

const MICROSECONDS_PER_MS = 1000;
const HIGHEST_US = 60_000_000;

/**
 * A latency histogram that merges without loss: HdrHistogram of microseconds from 1 µs to 60 s with 3 significant digits.
 * Slower calls count as 60 s.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor(histogram?: Histogram) {
    this.#histogram =
      histogram ??
      build({
        bitBucketSize: 32,
        lowestDiscernibleValue: 1,
        highestTrackableValue: HIGHEST_US,
        numberOfSignificantValueDigits: 3,
      });
  }

  /** A histogram of the successful calls, or messages, of `records`. */
  static of(records: Iterable<Pick<CallRecord, "code" | "latencyMs">>): LatencyHistogram {
    const histogram = new LatencyHistogram();
    for (const record of records) if (record.code === 0) histogram.record(record.latencyMs);
    return histogram;
  }

  /** Reads what {@link encode} wrote. */
  static decode(base64: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(base64));
  }

  record(latencyMs: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * MICROSECONDS_PER_MS))));
  }

  merge(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** The latency in ms that `percentile` (0 to 100) per cent of the calls did not exceed; 0 without calls. */
  percentileMs(percentile: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percentile) / MICROSECONDS_PER_MS;
  }

  /** The percentiles that results carry, in ms. */
  summary(): LatencyMs {
    return {
      p50: this.percentileMs(50),
      p90: this.percentileMs(90),
      p95: this.percentileMs(95),
      p99: this.percentileMs(99),
      p999: this.percentileMs(99.9),
      max: this.percentileMs(100),
      mean: this.count === 0 ? 0 : Math.round(this.#histogram.mean) / MICROSECONDS_PER_MS,
      calls: this.count,
    };
  }

  /** HdrHistogram V2 compressed, base64: the `histogram` of a result. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
