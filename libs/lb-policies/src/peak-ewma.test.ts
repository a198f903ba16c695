import { status } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PeakEwma, type PeakEwmaLoad } from "./peak-ewma.ts";
import { PeakEwmaConfig } from "./peak-ewma-config.ts";

const DECAY_MS = 1_000;

/** A policy that decays in a second, with a clock by hand, and draws by hand unless none are given. */
function setUp(...draws: number[]) {
  const clock = { nowMs: 0 };
  const policy = new PeakEwma(
    () => draws.shift() ?? Math.random(),
    () => clock.nowMs,
  );
  policy.configure(new PeakEwmaConfig(DECAY_MS));
  const measured = (latencyMs: number, code = status.OK) => {
    const load = policy.newLoad();
    policy.ended(load, latencyMs, code);
    return load;
  };
  /** Which of two is preferred, by both orders of drawing; undefined when the order decides. */
  const preferred = (a: PeakEwmaLoad, b: PeakEwmaLoad) => {
    const chosen = [0, 0.9].map((draw) => {
      draws.push(draw, 0);
      return [a, b][policy.choose([a, b])];
    });
    return chosen[0] === chosen[1] ? chosen[0] : undefined;
  };
  return { policy, clock, measured, preferred };
}

const latency = fc.double({ min: 0.1, max: 10_000, noNaN: true });

test("the faster endpoint is preferred, with calls under way the one where one more call costs less", () => {
  fc.assert(
    fc.property(latency, latency, fc.nat(20), fc.nat(20), (aMs, bMs, aCalls, bCalls) => {
      const { measured, preferred } = setUp();
      const [a, b] = [measured(aMs), measured(bMs)];
      Object.assign(a, { inFlight: aCalls });
      Object.assign(b, { inFlight: bCalls });
      const [aCost, bCost] = [aMs + aCalls * aMs, bMs + bCalls * bMs];
      expect(preferred(a, b)).toBe(aCost === bCost ? undefined : aCost < bCost ? a : b);
    }),
  );
});

test("the average follows a longer latency at once, a shorter one by the time since the last, and stays between them", () => {
  const sample = fc.record({ latencyMs: latency, waitMs: fc.double({ min: 0, max: 5_000, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const { policy, clock } = setUp();
      const load = policy.newLoad();
      let expected = 0;
      for (const { latencyMs, waitMs } of samples) {
        clock.nowMs += waitMs;
        const isFirst = load.measuredAtMs === Number.NEGATIVE_INFINITY;
        const weight = isFirst ? 0 : Math.exp(-waitMs / DECAY_MS);
        expected = Math.max(latencyMs, expected * weight + latencyMs * (1 - weight));
        policy.ended(load, latencyMs, status.OK);
        expect(load.latencyMs).toBeCloseTo(expected, 6);
      }
      const all = samples.map(({ latencyMs }) => latencyMs);
      expect(load.latencyMs).toBeGreaterThanOrEqual(Math.min(...all));
      expect(load.latencyMs).toBeLessThanOrEqual(Math.max(...all));
    }),
  );
});

test("however slow an endpoint was, it is tried again after a time, and not by a flood of calls", () => {
  fc.assert(
    fc.property(latency, latency, (aMs, bMs) => {
      const { policy, clock, measured, preferred } = setUp();
      const [slow, fast] = [measured(Math.max(aMs, bMs) * 2), measured(Math.min(aMs, bMs))];
      expect(preferred(slow, fast)).toBe(fast);
      // e^-13 of 20 s is less than the shortest latency, 0.1 ms.
      clock.nowMs += 13 * DECAY_MS;
      policy.ended(fast, Math.min(aMs, bMs), status.OK);
      expect(preferred(slow, fast)).toBe(slow);
      slow.inFlight = 2;
      expect(preferred(slow, fast)).toBe(fast);
    }),
  );
});

test("a new endpoint is tried at once, and until its first answer counts as a typical one", () => {
  const { measured, preferred, policy } = setUp();
  const known = measured(20);
  const fresh = policy.newLoad();
  expect(preferred(known, fresh)).toBe(fresh);
  fresh.inFlight = 1;
  expect(preferred(known, fresh)).toBeUndefined();
  fresh.inFlight = 2;
  expect(preferred(known, fresh)).toBe(known);
  known.inFlight = 2;
  expect(preferred(known, fresh)).toBe(fresh);
});

test("as long as nothing is known, the fewest calls decide", () => {
  const { policy, preferred } = setUp();
  const [a, b] = [policy.newLoad(), policy.newLoad()];
  expect(preferred(a, b)).toBeUndefined();
  a.inFlight = 1;
  expect(preferred(a, b)).toBe(b);
});

test.each([
  ["UNAVAILABLE", status.UNAVAILABLE],
  ["INTERNAL", status.INTERNAL],
  ["UNKNOWN", status.UNKNOWN],
  ["RESOURCE_EXHAUSTED", status.RESOURCE_EXHAUSTED],
  ["CANCELLED", status.CANCELLED],
  ["DEADLINE_EXCEEDED", status.DEADLINE_EXCEEDED],
])("%s never makes an endpoint look faster, but may make it look slower", (_name, code) => {
  const { measured, preferred, policy } = setUp();
  const good = measured(20);
  const bad = measured(30);
  policy.ended(bad, 0.5, code);
  expect(preferred(good, bad)).toBe(good);
  const failsFromTheFirst = policy.newLoad();
  policy.ended(failsFromTheFirst, 0.5, code);
  expect(failsFromTheFirst.latencyMs).toBeGreaterThanOrEqual(20);
  policy.ended(good, 400, code);
  expect(preferred(good, bad)).toBe(bad);
});

test.each([
  ["NOT_FOUND", status.NOT_FOUND],
  ["FAILED_PRECONDITION", status.FAILED_PRECONDITION],
  ["PERMISSION_DENIED", status.PERMISSION_DENIED],
])("%s is an answer as fast as any other", (_name, code) => {
  const { measured, preferred } = setUp();
  const [a, b] = [measured(20), measured(5, code)];
  expect(preferred(a, b)).toBe(b);
});

test("two distinct endpoints are drawn, each pair as often as each other", () => {
  const counts = new Map<string, number>();
  const { policy } = setUp();
  const loads = Array.from({ length: 4 }, () => policy.newLoad());
  const rounds = 12_000;
  for (let round = 0; round < rounds; round += 1) {
    const seen = new Set<number>();
    const spied = new Proxy(loads, {
      get: (target, key, receiver) => {
        if (/^\d+$/.test(String(key))) seen.add(Number(key));
        return Reflect.get(target, key, receiver);
      },
    });
    policy.choose(spied);
    const pair = [...seen].sort().join();
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(["0,1", "0,2", "0,3", "1,2", "1,3", "2,3"]);
  // A binomial of a sixth: 6 standard deviations on either side, chance of failing below 2e-8 for all six together.
  const deviation = Math.sqrt(rounds * (1 / 6) * (5 / 6));
  for (const count of counts.values()) expect(Math.abs(count - rounds / 6)).toBeLessThan(6 * deviation);
});

test("one endpoint is chosen always", () => {
  const { policy } = setUp();
  expect(policy.choose([policy.newLoad()])).toBe(0);
});

test("an endpoint that has left is forgotten when it has no calls and its average has decayed", () => {
  const { policy, clock, measured } = setUp();
  const load = measured(20);
  expect(policy.isForgettable(load)).toBe(false);
  clock.nowMs += 5 * DECAY_MS;
  expect(policy.isForgettable(load)).toBe(true);
  load.inFlight = 1;
  expect(policy.isForgettable(load)).toBe(false);
});
