import { expect, test } from "vitest";
import { greatest, least } from "./extremes.ts";

test("the extremes of any number of values", () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => i);
  expect([least(values), greatest(values)]).toEqual([0, 999_999]);
});

test("bounds hold, and stand for values where there are none", () => {
  expect([least([5], 3), greatest([5], 7)]).toEqual([3, 7]);
  expect([least([], 3), greatest([], 7)]).toEqual([3, 7]);
});
