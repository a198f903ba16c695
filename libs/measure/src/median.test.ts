import { expect, it } from "vitest";
import { median } from "./median.ts";

it("is the value in the middle, or the mean of the two that are", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});
