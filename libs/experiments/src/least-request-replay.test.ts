import { expect, it } from "vitest";
import { leastRequestRange, type Replayed } from "./least-request-replay.ts";

const calls = (count: number, everyMs: number, fields = {}) =>
  Array.from({ length: count }, (_, n) => ({
    startMs: n * everyMs,
    latencyMs: 3,
    code: 0,
    pod: "backend-1",
    attempts: 1,
    client: n % 2,
    ...fields,
  }));

const range = (asked: Partial<Replayed> = {}) =>
  leastRequestRange({
    calls: calls(2_000, 5),
    pods: 5,
    choices: 2,
    withReplacement: false,
    othersMs: 3,
    oddMs: 203,
    pickerOf: () => 0,
    ...asked,
  });
const most = (asked: Partial<Replayed> = {}) => range(asked).max;

it("gives a slow pod a call when it has none under way: one in 225 ms where it is drawn first every 25 ms", () => {
  // 10 s / 225 ms = 44 calls, and 5 standard deviations above that.
  expect(most()).toBeGreaterThan(44);
  expect(most()).toBeLessThan(80);
});

it("adds the calls of which both draws fall on it, where they may: one in 25", () => {
  expect(most({ withReplacement: true }) - most()).toBeGreaterThan(0.6 * (2_000 / 25));
});

it("gives it more where several pick, each of which knows its own calls alone", () => {
  expect(most({ pickerOf: ({ client }) => client })).toBeGreaterThan(1.5 * most());
});

it("gives it its part of a burst, in which every pod is busy", () => {
  const burst = calls(200, 0);
  expect(most({ calls: burst })).toBeGreaterThan(35);
  expect(most({ calls: burst })).toBeLessThan(60);
  expect(most({ calls: calls(200, 5, { lagMs: 1_000 }) })).toBe(most({ calls: calls(200, 5) }));
});

it("is the same each time, and no more than there are calls", () => {
  expect(most()).toBe(most());
  expect(most({ calls: calls(3, 1_000), pods: 1 })).toBe(3);
  expect(most({ calls: [] })).toBe(0);
});

it("gives a pod that ends its calls at once nearly every call for which it is drawn: 36 % where two of five are", () => {
  const loved = range({ oddMs: 1, othersMs: 200, withReplacement: true });
  expect(loved.min).toBeGreaterThan(0.31 * 2_000);
  expect(loved.max).toBeLessThan(0.41 * 2_000);
});
