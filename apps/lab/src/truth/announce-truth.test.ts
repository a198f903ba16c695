import { columnsOf, keyOfPlace, nothingRecorded, truthCells, withRecording } from "@grpc-lb-lab/policies";
import { FakeStage, madeUpMode, madeUpPolicy } from "@grpc-lb-lab/policies/testing";
import { expect, it } from "vitest";
import { announceTruth } from "./announce-truth.ts";
import { triedCell } from "./testing/made-up-truth.ts";

const policies = [
  madeUpPolicy({ name: "quick" }),
  madeUpPolicy({ name: "slow", trial: () => ({ pods: 1, load: {}, roughSeconds: 127 }) }),
  madeUpPolicy({ name: "unsaid", dialects: () => ({}) }),
];
const cells = truthCells(columnsOf([madeUpMode()]), policies, new FakeStage());
const nothing = nothingRecorded("local");

it("tells how many trials there are, and how long they take", () => {
  expect(announceTruth(cells, nothing, 1)).toBe("2 trials will take about 2 minutes");
  expect(announceTruth(cells, nothing, 2)).toBe("2 trials will take about 70 s");
  expect(announceTruth(cells.slice(0, 1), nothing, 1)).toBe("1 trial will take about 7 s");
});

it("counts a trial that is held against one without its rule twice", () => {
  const control = { seen: () => [] };
  const held = truthCells(columnsOf([madeUpMode()]), [madeUpPolicy({ control })], new FakeStage());
  expect(announceTruth(held, nothing, 1)).toBe("1 trial will take about 14 s");
});

it("goes by what they took when they were recorded", () => {
  const [first] = cells;
  if (first === undefined) throw new Error("there are no cells");
  const { parameters } = first.policy;
  const measured = triedCell({ ...keyOfPlace(first), parameters: { ...parameters }, durationMs: 43_000 });
  const recorded = withRecording(nothing, { date: "2026-11-30", versions: {} }, [measured]);
  expect(announceTruth(cells.slice(0, 1), recorded, 1)).toBe("1 trial will take about 43 s");
});
