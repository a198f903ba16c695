import { expect, test } from "vitest";
import { measurePairs } from "./pairs.ts";

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
