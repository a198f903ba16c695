import { expect, it } from "vitest";
import { otherThanRecorded, recordedCell } from "./compare-recorded.ts";
import type { MeasuredCell } from "./measured-cell.ts";
import { nothingRecorded, withRecording } from "./recorded.ts";

const KEY = { mode: "a", dialect: "Istio", policy: "mirror" };
const CELL: MeasuredCell = {
  ...KEY,
  ...{ parameters: { percent: 5, of: "calls" }, outcome: "ignored", words: "0 of 20" },
  ...{ expectations: [], refusals: [], asked: "rules", durationMs: 5 },
};
const recorded = withRecording(nothingRecorded("local"), { date: "2026-11-30", versions: {} }, [CELL]);

it("finds what is recorded of a cell with the same parameters, in whatever order", () => {
  expect(recordedCell(recorded, KEY, { of: "calls", percent: 5 })?.outcome).toBe("ignored");
  expect(recordedCell(recorded, KEY, { of: "calls", percent: 6 })).toBeUndefined();
  expect(recordedCell(recorded, { ...KEY, dialect: "GRPCRoute" }, CELL.parameters)).toBeUndefined();
});

it("says how a cell came out otherwise, with the figures of both", () => {
  expect(otherThanRecorded({ outcome: "obeyed", words: "20 of 20" }, CELL)).toBe(
    "obeyed (20 of 20), but ignored is recorded (0 of 20)",
  );
  expect(otherThanRecorded({ outcome: "ignored", words: "0 of 30" }, CELL)).toBeUndefined();
  expect(otherThanRecorded(CELL, undefined)).toBeUndefined();
});
