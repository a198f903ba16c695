import { expect, it } from "vitest";
import { inARow } from "./in-a-row.ts";

it("holds once so many have come in a row, over the bounds of batches", () => {
  const isEven = inARow(3, (number: number) => number % 2 === 0);
  expect(isEven([2, 4, 1])).toBe(false);
  expect(isEven([2, 4])).toBe(false);
  expect(isEven([])).toBe(false);
  expect(isEven([6])).toBe(true);
  expect(isEven([8, 3])).toBe(false);
});
