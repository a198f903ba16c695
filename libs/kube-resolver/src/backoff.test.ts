import { expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

test("waits double up to the longest one and begin anew after a success", () => {
  const backoff = new Backoff({ initialMs: 100, maxMs: 500, random: () => 0 });
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 400, 500]);
  expect(backoff.isFresh).toBe(false);
  backoff.reset();
  expect(backoff.isFresh).toBe(true);
  expect(backoff.next()).toBe(100);
});

test("jitter takes away up to half", () => {
  const backoff = new Backoff({ initialMs: 100, maxMs: 100, random: () => 0.999 });
  expect(backoff.next()).toBeCloseTo(50.05);
});
