import { expect, it } from "vitest";
import { roundsApart, slowTurns } from "./slow-turns.ts";

const times = { p50: 1, p90: 1, p99: 1, p999: 1, max: 1, mean: 1 };
const phase = (name: string, answered: Record<string, number>, p90: number) => ({
  name,
  fromMs: 0,
  toMs: 1,
  failed: 0,
  answered,
  latencyMs: { ...times, p90 },
});

it("sums the turns in which a pod was slow, and takes the median of their p90", () => {
  const phases = [
    phase("healthy 1", { a: 50, b: 50 }, 2),
    phase("slow 1", { a: 5, b: 95 }, 10),
    phase("healthy 2", { a: 50, b: 50 }, 2),
    phase("slow 2", { b: 100 }, 20),
  ];
  expect(slowTurns({ phases, events: [{ atMs: 0, kind: "slow", pod: "a" }] })).toEqual({
    ofSlowPod: 5,
    calls: 200,
    p90Ms: 15,
  });
});

it("counts how many deviations of their mean rounds are apart", () => {
  const rounds = (...parts: number[]) => parts.map((ofSlowPod) => ({ ofSlowPod, calls: 100 }));
  expect(roundsApart(rounds(5, 6, 7), rounds(5, 6, 7))).toBe(0);
  expect(roundsApart(rounds(6, 6, 8), rounds(5, 6, 6))).toBeCloseTo(Math.sqrt(3), 5);
  expect(roundsApart(rounds(1, 2, 1), rounds(9, 10, 10))).toBeLessThan(-5);
});
