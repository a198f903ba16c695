import { expect, it } from "vitest";
import { seededRandom } from "./random.ts";
import { shuffled, wholeNumbers } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";
import { timeline } from "./timeline.ts";

it("puts calls into buckets by their intended start, however long they took", () => {
  const records = [call(100), call(199.9, { latencyMs: 5_000 }), call(200, { pod: "b" }), failed(250)];
  expect(timeline(records, 100, 100)).toEqual({ bucketMs: 100, answered: { a: [2, 0], b: [0, 1] }, failed: [0, 1] });
});

it("puts a call that was meant to start before into the first bucket, and an answer without a name to `unknown`", () => {
  expect(timeline([call(90, { pod: undefined })], 100, 50)).toEqual({
    bucketMs: 50,
    answered: { unknown: [1] },
    failed: [0],
  });
});

it("is empty without calls", () => {
  expect(timeline([], 0, 50)).toEqual({ bucketMs: 50, answered: {}, failed: [] });
});

it("loses no call, whatever the buckets and the order", () => {
  const random = seededRandom(9);
  const starts = wholeNumbers(300, 10_000, random);
  const records = starts.map((startMs, i) => (i % 7 === 0 ? failed(startMs) : call(startMs, { pod: `pod-${i % 3}` })));
  for (const bucketMs of [50, 333, 20_000]) {
    const { answered, failed: failures } = timeline(shuffled(records, random), 0, bucketMs);
    const rows = [...Object.values(answered), failures];
    expect(rows.flat().reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  }
});
