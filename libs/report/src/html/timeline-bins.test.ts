import { describe, expect, it } from "vitest";
import { demoRun } from "../testing/demo-result.ts";
import { timelineBins } from "./timeline-bins.ts";

const run = demoRun("plain", "pod-crash");
const sumOf = (rates: readonly number[], binMs: number) => rates.reduce((sum, rate) => sum + (rate * binMs) / 1000, 0);

describe("timeline bins", () => {
  it("keep the number of calls of each pod and of failed ones", () => {
    const { answered, failed, binMs } = timelineBins(run);
    for (const [index, { calls }] of run.pods.entries()) {
      const rates = answered.filter(({ pod }) => pod === index).map(({ from, to }) => to - from);
      expect(sumOf(rates, binMs)).toBeCloseTo(calls);
    }
    expect(
      sumOf(
        failed.map(({ rate }) => rate),
        binMs,
      ),
    ).toBeCloseTo(run.calls.failed);
    expect(failed.length).toBeLessThanOrEqual(60);
  });

  it("stack pods without gaps, a pod of the timeline that is in no list last", () => {
    const timeline = { bucketMs: 100, answered: { b: [10], a: [20], stranger: [5] }, failed: [0] };
    const pods = ["a", "b"].map((pod) => ({ pod, zone: "", version: "", calls: 1 }));
    const { answered } = timelineBins({ pods, timeline });
    expect(answered.map(({ from, to }) => [from, to])).toEqual([
      [0, 200],
      [200, 300],
      [300, 350],
    ]);
  });

  it("count a last bin by the buckets that it has", () => {
    const timeline = {
      bucketMs: 100,
      answered: { a: new Array<number>(61).fill(10) },
      failed: new Array<number>(61).fill(0),
    };
    const pods = [{ pod: "a", zone: "", version: "", calls: 610 }];
    const { answered, endMs } = timelineBins({ pods, timeline });
    expect(answered).toHaveLength(31);
    expect([answered.at(0)?.to, answered.at(-1)?.to, endMs]).toEqual([100, 100, 6100]);
  });

  it("take more pods than a call can have arguments", () => {
    const pods = Array.from({ length: 3_000 }, (_, i) => ({ pod: `p${i}`, zone: "", version: "", calls: 60 }));
    const answered = Object.fromEntries(pods.map(({ pod }) => [pod, new Array<number>(60).fill(1)]));
    const timeline = { bucketMs: 1_000, answered, failed: new Array<number>(60).fill(0) };
    expect(timelineBins({ pods, timeline }).highestRate).toBe(3_000);
  });

  it("are none for an empty timeline", () => {
    const empty = timelineBins({ ...run, timeline: { bucketMs: 100, answered: {}, failed: [] } });
    expect([empty.answered.length, empty.endMs, empty.highestRate]).toEqual([0, 0, 0]);
  });
});
