import { expect, it } from "vitest";
import { FakeStage } from "../testing/fake-stage.ts";
import { madeUpMode } from "../testing/made-up-mode.ts";
import { madeUpPolicy } from "../testing/made-up-policy.ts";
import { askedText, type MeasuredCell } from "./measured-cell.ts";
import { nothingRecorded, withRecording } from "./recorded.ts";
import { recordedGaps } from "./recorded-gaps.ts";
import { columnsOf, keyOfPlace, truthCells } from "./truth-cells.ts";

const stage = new FakeStage();
const columns = columnsOf([madeUpMode(), madeUpMode({ name: "elsewhere", launchers: {} })]);
const unsaid = madeUpPolicy({ name: "unsaid", dialects: () => ({}) });
const cells = truthCells(columns, [madeUpPolicy(), unsaid], stage);

const recorded = withRecording(
  nothingRecorded("local"),
  { date: "2026-11-30", versions: {} },
  cells
    .filter(({ cell }) => cell.is === "tried")
    .map(({ column, policy }): MeasuredCell => {
      const { parameters } = policy;
      const said = { outcome: "obeyed" as const, words: "", expectations: [], refusals: [], durationMs: 1 };
      return { ...keyOfPlace({ column, policy }), parameters, ...said, asked: askedText(policy, parameters, column) };
    }),
);

it("has no gap where every cell that is tried is recorded as it is asked", () => {
  expect(cells.map(({ cell }) => cell.is)).toEqual(["tried", "not expressible", "skipped", "not expressible"]);
  expect(recorded.cells).toHaveLength(1);
  expect(recordedGaps(recorded, cells)).toEqual([]);
});

it("names a column of which nothing is recorded, once", () => {
  expect(recordedGaps(nothingRecorded("local"), cells)).toEqual([
    "made-up-mode (gRPC): nothing is recorded of its 1 cells",
  ]);
  const policies = [madeUpPolicy(), madeUpPolicy({ name: "second" })];
  const other = truthCells(columnsOf([madeUpMode({ name: "another" })]), policies, stage);
  expect(recordedGaps(recorded, [...cells, ...other])).toEqual(["another (gRPC): nothing is recorded of its 2 cells"]);
});

it("takes a reason that the matrix gives for a run", () => {
  const unspoken = madeUpMode({ name: "unspoken", unspoken: { local: { "gRPC service config": "nobody reads it" } } });
  const skipped = truthCells(columnsOf([unspoken]), [madeUpPolicy()], stage);
  expect(skipped.map(({ cell }) => cell.is)).toEqual(["skipped"]);
  expect(recordedGaps(recorded, [...cells, ...skipped])).toEqual([]);
});

it.each([
  ["that is new", madeUpPolicy({ name: "new" }), "new, made-up-mode (gRPC): is not recorded with these parameters"],
  ["with other parameters", madeUpPolicy({ parameters: { percent: 7, of: "calls" } }), "with these parameters"],
  [
    "that is asked otherwise",
    madeUpPolicy({
      dialects: () => ({ "gRPC service config": { dialect: "gRPC service config", serviceConfig: {} } }),
    }),
    "made-up, made-up-mode (gRPC): is asked otherwise than when it was recorded",
  ],
  ["that is gone", unsaid, "made-up, made-up-mode (gRPC): is recorded, and is not tried any more"],
])("names a cell %s", (_, policy, gap) => {
  expect(recordedGaps(recorded, truthCells(columns, [policy], stage))).toContainEqual(expect.stringContaining(gap));
});
