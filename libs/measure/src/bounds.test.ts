import { describe, expect, it } from "vitest";
import { mostByChance, randomPickRange, roundRobinRange, within } from "./bounds.ts";
import { seededRandom } from "./random.ts";
import { callsPerPod } from "./shares.ts";
import { call } from "./testing/call.ts";

const counts = (picks: readonly number[], pods: number) => {
  const records = picks.map((pick, i) => call(i, { pod: `pod-${pick}` }));
  const known = Array.from({ length: pods }, (_, pod) => `pod-${pod}`);
  return [...callsPerPod(records, known).values()];
};

describe("the range of round robin", () => {
  it("is the mean ± 2 for each picker, and no whole number beyond", () => {
    expect(roundRobinRange(400, 4)).toEqual({ min: 98, max: 102 });
    expect(roundRobinRange(402, 4)).toEqual({ min: 99, max: 102 });
    expect(roundRobinRange(400, 4, 3)).toEqual({ min: 94, max: 106 });
  });

  it("is neither below 0 nor above all calls", () => {
    expect(roundRobinRange(1, 4)).toEqual({ min: 0, max: 1 });
    expect(roundRobinRange(0, 4)).toEqual({ min: 0, max: 0 });
  });

  it("holds for rotations that begin and end anywhere, as many as there are pickers", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 100; round++) {
      const pods = 2 + Math.floor(random() * 6);
      const pickers = 1 + Math.floor(random() * 4);
      const picks = Array.from({ length: pickers }, () => {
        const first = Math.floor(random() * pods);
        return Array.from({ length: Math.floor(random() * 300) }, (_, i) => (first + i) % pods);
      }).flat();
      const range = roundRobinRange(picks.length, pods, pickers);
      for (const count of counts(picks, pods)) expect(within(count, range)).toBe(true);
    }
  });
});

describe("the range of random picks", () => {
  it("is the binomial mean ± 5 standard deviations, and no whole number beyond", () => {
    expect(randomPickRange(1_000, 0.25)).toEqual({ min: 182, max: 318 });
    expect(randomPickRange(1_000, 0.25, 1)).toEqual({ min: 237, max: 263 });
  });

  it("is neither below 0 nor above all calls, and leaves no choice where there is none", () => {
    expect(randomPickRange(4, 0.25)).toEqual({ min: 0, max: 4 });
    expect(randomPickRange(400, 1)).toEqual({ min: 400, max: 400 });
    expect(randomPickRange(400, 0)).toEqual({ min: 0, max: 0 });
    expect(randomPickRange(0, 0.25)).toEqual({ min: 0, max: 0 });
  });

  it.each([1, 2, 3, 4, 5])("holds for random picks (seed %i), and not for one pod that answers all", (seed) => {
    const random = seededRandom(seed);
    const picks = Array.from({ length: 2_000 }, () => Math.floor(4 * random()));
    const range = randomPickRange(2_000, 1 / 4);
    for (const count of counts(picks, 4)) expect(within(count, range)).toBe(true);
    expect(within(2_000, range)).toBe(false);
  });
});

it("includes both ends of a range", () => {
  expect([1, 2, 4, 5].map((count) => within(count, { min: 2, max: 4 }))).toEqual([false, true, true, false]);
});

it("bounds rare events by their tail", () => {
  expect(mostByChance(0, 0.5)).toBe(0);
  expect(mostByChance(1_000, 1e-12)).toBe(0);
  expect(mostByChance(250, 2e-5)).toBe(2);
  // As ± 5 σ where events are frequent.
  expect(mostByChance(100_000, 0.001)).toBeGreaterThan(145);
  expect(mostByChance(100_000, 0.001)).toBeLessThan(165);
});
