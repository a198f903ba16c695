import { expect, it } from "vitest";
import { spreadOf } from "./spread.ts";

it("takes the middle of an odd number of values, and the mean of the two middle ones of an even number", () => {
  expect(spreadOf([30, 10, 20])).toEqual({ repeats: 3, median: 20, p90: 30, min: 10, max: 30 });
  expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
});

it("gives the value that 90 % did not exceed", () => {
  expect(spreadOf(Array.from({ length: 20 }, (_, index) => index + 1)).p90).toBe(18);
});

it("refuses to make a figure of nothing", () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});
