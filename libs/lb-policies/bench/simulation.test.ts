import { readFile } from "node:fs/promises";
import { seededRandom } from "@grpc-lb-lab/measure";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { simulate } from "./simulation.ts";
import { choosers, type Row, simulateAll, toTable } from "./simulation-table.ts";

const rows = simulateAll();
const row = (policy: string, load: number, slowerByMs: number) =>
  rows.find((each) => each.policy === policy && each.load === load && each.slowerByMs === slowerByMs) as Row;

test("the README has the table that the simulation prints", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(toTable(rows));
});

test.each([0.3, 0.6, 0.9])("at a load of %d a slow pod gets the less the more the policy knows", (load) => {
  const share = (policy: string) => row(policy, load, 200).firstShare;
  expect(share("round_robin")).toBeCloseTo(0.1, 3);
  expect(share("least_request, 2 choices")).toBeLessThan(0.05);
  expect(share("least_request, 5 choices")).toBeLessThan(share("least_request, 2 choices"));
  expect(share("peak_ewma")).toBeLessThan(share("least_request, 2 choices"));
  expect(share("peak_ewma")).toBeGreaterThan(0);
});

test("among pods that are alike least_request queues less than round_robin, and shares stay even", () => {
  for (const policy of ["least_request, 2 choices", "least_request, 5 choices"]) {
    expect(row(policy, 0.9, 0).p99Ms).toBeLessThan(row("round_robin", 0.9, 0).p99Ms);
    for (const load of [0.3, 0.6, 0.9]) expect(row(policy, load, 0).evenness).toBeGreaterThan(0.99);
  }
});

test("without queues the figures are those of the model: 10 ms on average, of an exponential distribution", () => {
  const figures = simulate(choosers.round_robin as never, seededRandom(7), {
    calls: 50_000,
    load: 0.01,
    slowerByMs: 0,
  });
  // ln 2, ln 10 and ln 100 times 10 ms. The standard error of the median of 50,000 is 0.045 ms, of p90 0.13 ms, of p99 0.45 ms: within 6 of them.
  expect(Math.abs(figures.p50Ms - 10 * Math.LN2)).toBeLessThan(6 * 0.045);
  expect(Math.abs(figures.p90Ms - 10 * Math.LN10)).toBeLessThan(6 * 0.13);
  expect(Math.abs(figures.p99Ms - 20 * Math.LN10)).toBeLessThan(6 * 0.45);
});

test("events come in the order of their times, none after the time asked for", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 100 })), (times) => {
      const queue = new EventQueue<number>();
      for (const [index, time] of times.entries()) queue.push(time, index);
      const taken: number[] = [];
      for (const until of [50, 100])
        for (let next = queue.popUntil(until); next !== undefined; next = queue.popUntil(until)) {
          expect(next.atMs).toBe(times[next.event]);
          expect(next.atMs).toBeLessThanOrEqual(until);
          taken.push(next.atMs);
        }
      expect(taken).toEqual(times.toSorted((a, b) => a - b));
    }),
  );
});
