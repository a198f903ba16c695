import { expect, it } from "vitest";
import { formatCount, formatEvenness, formatMs, formatSeconds, formatShare, formatTimes } from "./format.ts";

it.each([
  [0, "0 ms"],
  [0.0421, "0.04 ms"],
  [5.94, "5.9 ms"],
  [99.96, "100 ms"],
  [930.4, "930 ms"],
  [999.6, "1.00 s"],
  [2314, "2.31 s"],
  [60_000, "60.0 s"],
])("writes %d ms as %s", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

it("writes negative times, counts and shares", () => {
  expect(formatSeconds(-1500)).toBe("-1.50 s");
  expect(formatCount(1234567)).toBe("1,234,567");
  expect([formatShare(1, 3), formatShare(0, 3), formatShare(0, 0)]).toEqual(["33.3 %", "0 %", "0 %"]);
});

it("does not round an uneven share to an even one", () => {
  expect([1, 0.9961, 0.9949, 0.25].map(formatEvenness)).toEqual(["1.00", "1.00", "0.99", "0.25"]);
});

it("tells how many times as much with three digits", () => {
  expect([0.968, 1, 9.949, 12.44, 99.96, 1_234].map(formatTimes)).toEqual([
    "0.97x",
    "1.00x",
    "9.95x",
    "12.4x",
    "100x",
    "1,234x",
  ]);
});
