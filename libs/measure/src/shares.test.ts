import { describe, expect, it } from "vitest";
import { seededRandom } from "./random.ts";
import { callsPerPod, evenness } from "./shares.ts";
import { shuffled, wholeNumbers } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";

describe("calls per pod", () => {
  it("are answers only, and name known pods that answered none", () => {
    const calls = callsPerPod([call(0), call(1, { pod: "b" }), failed(2)], ["a", "b", "c"]);
    expect(Object.fromEntries(calls)).toEqual({ a: 1, b: 1, c: 0 });
  });

  it("count pods that were not known, after those that were", () => {
    expect([...callsPerPod([call(0, { pod: "z" })], ["b", "a"])]).toEqual([
      ["b", 0],
      ["a", 0],
      ["z", 1],
    ]);
  });

  it("leave out an answer that names no pod", () => {
    expect([...callsPerPod([call(0, { pod: undefined })])]).toEqual([]);
  });

  it("do not depend on the order of the calls", () => {
    const random = seededRandom(3);
    const records = wholeNumbers(500, 5, random).map((pod, i) => call(i, { pod: `pod-${pod}` }));
    const known = ["pod-0", "pod-1", "pod-2", "pod-3", "pod-4"];
    expect([...callsPerPod(shuffled(records, random), known)]).toEqual([...callsPerPod(records, known)]);
  });
});

describe("evenness", () => {
  it("is Jain's index: 1 when even, 1/n when one pod has all, 0 without calls or pods", () => {
    expect(evenness([5, 5, 5, 5])).toBe(1);
    expect(evenness([20, 0, 0, 0])).toBe(0.25);
    expect(evenness([0, 0])).toBe(0);
    expect(evenness([])).toBe(0);
  });

  it("is k/n when k of n pods share alike", () => {
    expect(evenness([7, 7, 7, 0])).toBeCloseTo(3 / 4, 12);
  });

  it("lies from 1/n to 1, and neither the order of the pods nor the scale of the calls changes it", () => {
    const random = seededRandom(11);
    for (let round = 0; round < 200; round++) {
      const pods = 1 + Math.floor(random() * 12);
      const calls = [1, ...wholeNumbers(pods - 1, 1_000, random)];
      const index = evenness(calls);
      expect(index).toBeGreaterThanOrEqual(1 / pods - 1e-12);
      expect(index).toBeLessThanOrEqual(1 + 1e-12);
      expect(evenness(shuffled(calls, random))).toBeCloseTo(index, 12);
      expect(evenness(calls.map((count) => 10 * count))).toBeCloseTo(index, 12);
    }
  });
});
