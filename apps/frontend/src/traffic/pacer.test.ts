import { expect, test } from "vitest";
import { Pacer } from "./pacer.ts";

function pacer(perSecond: number, nowMs = 0): Pacer {
  const made = new Pacer();
  made.setRate(perSecond, nowMs);
  return made;
}

test.each([1, 7, 333, 5_000])("%i calls per second are as many, whatever the turns", (perSecond) => {
  const pace = pacer(perSecond);
  let calls = 0;
  for (let ms = 0; ms < 10_000; ms += 3.7) calls += pace.take(ms);
  expect(Math.abs(calls - 10 * perSecond)).toBeLessThanOrEqual(1 + perSecond * 0.004);
});

test("without a rate nothing is due and there is nothing to wait for", () => {
  const pace = pacer(0);
  expect([pace.take(10_000), pace.waitMs(10_000)]).toEqual([0, undefined]);
});

test("the first call is due at once, the second an interval later", () => {
  const pace = pacer(10, 500);
  expect([pace.waitMs(500), pace.take(500), pace.waitMs(520), pace.take(599)]).toEqual([0, 1, 80, 0]);
});

test("a stall ends in no burst", () => {
  const pace = pacer(1_000);
  expect(pace.take(60_000)).toBe(101);
});

test("a new rate holds at once", () => {
  const pace = pacer(0.1);
  pace.take(0);
  pace.setRate(1_000, 50);
  expect(pace.take(59.5)).toBe(10);
});
