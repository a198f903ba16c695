import { expect, it } from "vitest";
import { duration, partOfCalls, quantity } from "./quantity.ts";

it("has the plural for every number but 1", () => {
  expect([0, 1, 2].map((count) => quantity(count, "pod"))).toEqual(["0 pods", "1 pod", "2 pods"]);
});

it("tells times in ms, and in seconds from one on", () => {
  expect([0.4, 87.3, 999.4, 999.5, 3_412].map(duration)).toEqual(["0 ms", "87 ms", "999 ms", "1.0 s", "3.4 s"]);
});

it("tells a part of the calls", () => {
  expect([partOfCalls(0, 400), partOfCalls(3, 400), partOfCalls(1, 1)]).toEqual([
    "none of 400 calls",
    "3 of 400 calls",
    "1 of 1 call",
  ]);
});
