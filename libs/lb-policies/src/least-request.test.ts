import fc from "fast-check";
import { expect, test } from "vitest";
import { LeastRequest } from "./least-request.ts";
import { LeastRequestConfig } from "./least-request-config.ts";

const load = (inFlight: number) => ({ inFlight });
/** Gives these numbers one after the other. */
const sequence = (...numbers: number[]) => {
  const left = [...numbers];
  return () => left.shift() ?? Number.NaN;
};

test("of the drawn endpoints the one with the fewest calls is chosen, of equal ones the first drawn, as in A48's pseudo-code", () => {
  const drawn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
      fc.array(drawn, { minLength: 2, maxLength: 10 }),
      (inFlight, draws) => {
        const policy = new LeastRequest(sequence(...draws));
        policy.configure(new LeastRequestConfig(draws.length));
        const indices = draws.map((draw) => Math.floor(draw * inFlight.length));
        const fewest = Math.min(...indices.map((index) => inFlight[index] ?? Number.NaN));
        expect(policy.choose(inFlight.map(load))).toBe(indices.find((index) => inFlight[index] === fewest));
      },
    ),
  );
});

test("a pick draws choiceCount endpoints, 2 by default, and looks at no others, however many there are", () => {
  let draws = 0;
  const policy = new LeastRequest(() => {
    draws += 1;
    return Math.random();
  });
  let reads = 0;
  const loads = new Proxy(
    Array.from({ length: 5_000 }, () => load(1)),
    {
      get: (target, key, receiver) => {
        if (key !== "length") reads += 1;
        return Reflect.get(target, key, receiver);
      },
    },
  );
  policy.choose(loads);
  expect([draws, reads]).toEqual([2, 2]);
  policy.configure(new LeastRequestConfig(7));
  policy.choose(loads);
  expect([draws, reads]).toEqual([9, 9]);
});

test("one endpoint is chosen always, and one without calls may be forgotten", () => {
  const policy = new LeastRequest();
  expect(policy.choose([load(9)])).toBe(0);
  expect([0, 1].map((inFlight) => policy.isForgettable(load(inFlight)))).toEqual([true, false]);
  expect(policy.newLoad()).toEqual(load(0));
});
