import { expect, test } from "vitest";
import { pairedRatio } from "./paired-ratio.ts";

test("pairs compare by the median of their ratios, with the second smallest and largest", () => {
  const pairs = [9, 12, 10, 11].map((b) => ({ a: 10, b }));
  expect(pairedRatio(pairs)).toEqual({ medianA: 10, medianB: 10.5, ratio: 1.05, interval: [1, 1.1] });
});
