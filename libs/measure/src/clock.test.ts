import { expect, it } from "vitest";
import { monotonicMs } from "./clock.ts";

it("never goes back, in fractions of a millisecond", () => {
  const times = Array.from({ length: 1_000 }, monotonicMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.some((time) => !Number.isInteger(time))).toBe(true);
});

it("runs as process.hrtime does, which all processes of a machine share on Linux", () => {
  const [before, now, after] = [process.hrtime(), monotonicMs(), process.hrtime()];
  const ms = ([seconds, nanoseconds]: [number, number]) => seconds * 1_000 + nanoseconds / 1e6;
  expect(now).toBeGreaterThanOrEqual(ms(before) - 1);
  expect(now).toBeLessThanOrEqual(ms(after) + 1);
});
