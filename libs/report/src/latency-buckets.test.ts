import { LatencyHistogram } from "@grpc-lb-lab/measure";
import { expect, it } from "vitest";
import { latencyBuckets } from "./latency-buckets.ts";
import { demoRun } from "./testing/demo-result.ts";

function runOf(latenciesMs: readonly number[]) {
  const histogram = new LatencyHistogram();
  for (const latencyMs of latenciesMs) histogram.record(latencyMs);
  return { histogram: histogram.encode() };
}

it("counts every answered call once, in buckets without gaps", () => {
  const run = demoRun("headless", "pod-crash");
  const buckets = latencyBuckets(run);
  expect(buckets.reduce((sum, { calls }) => sum + calls, 0)).toBe(run.calls.ok);
  for (const [index, { toMs }] of buckets.entries()) {
    const next = buckets[index + 1];
    if (next !== undefined) expect(next.fromMs).toBe(toMs);
  }
});

it("puts each latency into the bucket that holds it, and starts and ends with a filled one", () => {
  const buckets = latencyBuckets(runOf([0.001, 1.5, 1.5, 900]));
  const holding = (ms: number) => buckets.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)?.calls;
  expect([holding(1.5), holding(900), holding(10)]).toEqual([2, 1, 0]);
  expect([buckets.at(0)?.calls, buckets.at(-1)?.calls]).toEqual([1, 1]);
});

it("gives every run the same edges", () => {
  const edges = new Set(latencyBuckets(runOf([1, 500])).map(({ fromMs }) => fromMs));
  expect(latencyBuckets(runOf([17, 40])).every(({ fromMs }) => edges.has(fromMs))).toBe(true);
});

it("is empty without answered calls, and does not pass over a corrupt histogram", () => {
  expect(latencyBuckets({ histogram: "" })).toEqual([]);
  expect(latencyBuckets(runOf([]))).toEqual([]);
  expect(() => latencyBuckets({ histogram: "SGVsbG8=" })).toThrow();
});
