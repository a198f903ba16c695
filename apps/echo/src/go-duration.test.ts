import { expect, test } from "vitest";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";

test.each([
  [0, "0s"],
  [0.000_001, "1ns"],
  [0.0015, "1.5µs"],
  [2.741535, "2.741535ms"],
  [5_000, "5s"],
  [999.999_999_9, "1s"],
  [90_500, "1m30.5s"],
  [3_600_000, "1h0m0s"],
])("%d ms is %s in Go", (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text);
});

test.each([
  ["0", 0],
  ["10s", 10_000],
  ["1.5s", 1_500],
  ["300ms", 300],
  ["1h2m3.5s", 3_723_500],
  [".5s", 500],
])("%s is %d ms", (text, ms) => {
  expect(parseGoDuration(text)).toBeCloseTo(ms, 6);
});

test.each(["", "5", "s", "-1s", "1 s", "1d"])("%j is no duration", (text) => {
  expect(parseGoDuration(text)).toBeUndefined();
});
