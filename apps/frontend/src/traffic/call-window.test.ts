import { expect, test } from "vitest";
import { CallWindow } from "./call-window.ts";

test("the window holds the current second and the nine before", () => {
  const window = new CallWindow();
  window.record(0, 0, 5);
  window.record(9, 0, 5);
  expect(window.summary(9).answered).toBe(2);
  expect(window.summary(10).answered).toBe(1);
  expect(window.summary(19)).toEqual({ answered: 0, failed: 0, latencyMs: undefined });
});

test("a slot that is used again has forgotten what it held", () => {
  const window = new CallWindow();
  window.record(3, 0, 500);
  window.record(3, 14, 500);
  window.record(13, 0, 1);
  expect(window.summary(13)).toMatchObject({ answered: 1, failed: 0 });
  expect(window.summary(13).latencyMs?.p99).toBeCloseTo(1, 1);
});

test("failed calls are counted by code and have no part in the latency", () => {
  const window = new CallWindow();
  window.record(1, 0, 2);
  for (const code of [14, 14, 4]) window.record(2, code, 5_000);
  expect(window.summary(2)).toMatchObject({ answered: 1, failed: 3 });
  expect(window.summary(2).latencyMs?.p99).toBeLessThan(2.1);
  expect(window.errors(2)).toEqual(
    new Map([
      [14, 2],
      [4, 1],
    ]),
  );
});

test("percentiles are right to 1 % over the seconds together", () => {
  const window = new CallWindow();
  for (let ms = 1; ms <= 1000; ms++) window.record(ms % 10, 0, ms);
  const { p50, p90, p99 } = window.summary(9).latencyMs ?? { p50: 0, p90: 0, p99: 0 };
  for (const [seen, exact] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const) {
    expect(Math.abs(seen - exact)).toBeLessThanOrEqual(exact / 100);
  }
});
