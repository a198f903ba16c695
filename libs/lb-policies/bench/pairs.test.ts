import { expect, test } from "vitest";
import { compare, measurePairs } from "./pairs.ts";

test("subjects take turns, each first in every second one", async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => {
    order.push(name);
    return order.length;
  };
  const measured = await measurePairs({ pairs: 2, slices: 3 }, subject("a"), subject("b"));
  expect(order.join("")).toBe("abbaab" + "baabba");
  expect(measured).toEqual([
    { a: [1, 4, 5], b: [2, 3, 6] },
    { a: [8, 9, 12], b: [7, 10, 11] },
  ]);
});

test("pairs compare by the median of their ratios, with the second smallest and largest", () => {
  const pairs = [9, 12, 10, 11].map((b) => ({ a: 10, b }));
  expect(compare(pairs)).toEqual({ medianA: 10, medianB: 10.5, ratio: 1.05, interval: [1, 1.1] });
});
