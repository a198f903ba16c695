import { describe, expect, it } from "vitest";
import { evenness } from "./evenness.ts";
import { seededRandom } from "./random.ts";
import { shuffled, wholeNumbers } from "./testing/arrays.ts";

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
