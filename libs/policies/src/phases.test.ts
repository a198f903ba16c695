import { expect, it } from "vitest";
import { within } from "./phases.ts";
import { calls, evidence } from "./testing/evidence.ts";

it("a phase has the calls that began and ended in it, by when they were really begun", () => {
  const phases = [{ name: "failing", fromMs: 100, toMs: 200 }];
  const [early, late, behind] = [calls(1, { startMs: 98 }), calls(1, { startMs: 198 }), calls(1, { startMs: 90 })];
  const caughtUp = behind.map((record) => ({ ...record, lagMs: 20, latencyMs: 30 }));
  const seen = evidence({ records: [...early, ...late, ...caughtUp, ...calls(2, { startMs: 150 })], phases });
  expect(within("failing", seen).map(({ startMs }) => startMs)).toEqual([90, 150, 160]);
  expect(within("mended", seen)).toEqual([]);
});
