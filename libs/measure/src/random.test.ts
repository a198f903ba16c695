import { expect, it } from "vitest";
import { seededRandom } from "./random.ts";

const numbers = (seed: number, count = 5) => Array.from({ length: count }, seededRandom(seed));

it("repeats for a seed, and differs between seeds", () => {
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
});

it("spreads over [0, 1), from any seed", () => {
  for (const seed of [0, 1, -1, 2 ** 32 - 1, 1.5]) {
    const all = numbers(seed, 10_000);
    expect(all.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(all.reduce((sum, number) => sum + number, 0) / all.length).toBeCloseTo(0.5, 1);
  }
});
