import { describe, expect, it } from "vitest";
import { DueTimes } from "./due-times.ts";

/** The next `count` times, and on to the one after them. */
function take(times: DueTimes, count: number): number[] {
  return Array.from({ length: count }, () => {
    const { nextMs } = times;
    times.advance();
    return nextMs;
  });
}

describe("calls that are evenly spaced", () => {
  it("are due one after the other from the beginning", () => {
    expect(take(new DueTimes(100, "even", 5_000), 4)).toEqual([5_000, 5_010, 5_020, 5_030]);
  });

  it("are closer, or farther apart, from the change of the rate on", () => {
    const times = new DueTimes(100, "even", 0);
    expect(take(times, 3)).toEqual([0, 10, 20]);
    // The one that is due in 5 ms is so in 2.5 ms at twice the rate.
    times.setRate(200, 25);
    expect(take(times, 3)).toEqual([27.5, 32.5, 37.5]);
    times.setRate(50, 40);
    expect(take(times, 2)).toEqual([50, 70]);
  });

  it("stay due when they were up to the change, though nobody has begun them yet", () => {
    const times = new DueTimes(100, "even", 0);
    times.setRate(1_000, 35);
    times.setRate(100, 37);
    expect(take(times, 8)).toEqual([0, 10, 20, 30, 35.5, 36.5, 42, 52]);
  });
});

it("calls at random are so at each rate", () => {
  const times = new DueTimes(100, "random", 0);
  times.setRate(1_000, 10_000);
  const due = take(times, 6_000);
  const [slow, quick] = [due.filter((ms) => ms <= 10_000), due.filter((ms) => ms > 10_000)];
  // 1,000 and 5,000 calls are meant, within 5 standard deviations.
  expect(Math.abs(slow.length - 1_000)).toBeLessThan(5 * Math.sqrt(1_000));
  const meanMs = ((quick.at(-1) ?? 0) - 10_000) / quick.length;
  expect(Math.abs(meanMs - 1)).toBeLessThan(5 / Math.sqrt(quick.length));
});
