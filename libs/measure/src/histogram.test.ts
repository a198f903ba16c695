import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./histogram.ts";
import { seededRandom } from "./random.ts";
import { shuffled } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";

/** From 0.05 ms to about a minute, as latencies are: many small, few great. */
function latencies(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 0.05 * 10 ** (6 * random() ** 3));
}

const ofAll = (all: readonly number[]) => LatencyHistogram.of(all.map((latencyMs) => call(0, { latencyMs })));

describe("a latency histogram", () => {
  it.each([2, 3, 7])("merged from %i encoded parts is the histogram of the whole", (parts) => {
    const all = latencies(2_000, parts);
    const merged = new LatencyHistogram();
    for (let part = 0; part < parts; part++) {
      const own = ofAll(all.filter((_, i) => i % parts === part));
      merged.merge(LatencyHistogram.decode(own.encode()));
    }
    expect(merged.summary()).toEqual(ofAll(all).summary());
    expect(merged.count).toBe(2_000);
  });

  it("does not depend on the order of the calls", () => {
    const all = latencies(1_000, 1);
    expect(ofAll(shuffled(all, seededRandom(2))).summary()).toEqual(ofAll(all).summary());
  });

  it("keeps three digits of every percentile, which never fall", () => {
    const all = latencies(1_000, 4).sort((a, b) => a - b);
    const histogram = ofAll(all);
    for (const [percentile, index] of [
      [50, 499],
      [90, 899],
      [99, 989],
      [100, 999],
    ] as const) {
      const exact = all[index] ?? 0;
      expect(Math.abs(histogram.percentileMs(percentile) - exact)).toBeLessThanOrEqual(0.001 + exact / 1_000);
    }
    const { p50, p90, p99, p999, max } = histogram.summary();
    expect([p50, p90, p99, p999, max]).toEqual([p50, p90, p99, p999, max].sort((a, b) => a - b));
  });

  it("counts what is too slow or too quick for it as its highest and its lowest", () => {
    const histogram = ofAll([100_000, 0]);
    expect(Math.round(histogram.percentileMs(100) / 1_000)).toBe(60);
    expect(histogram.percentileMs(1)).toBe(0.001);
  });

  it("leaves failed calls out, and is zero without any other", () => {
    const histogram = LatencyHistogram.of([failed(1)]);
    expect(histogram.count).toBe(0);
    expect(histogram.summary()).toEqual({ p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0, mean: 0, calls: 0 });
    expect(LatencyHistogram.decode(histogram.encode()).count).toBe(0);
  });
});
