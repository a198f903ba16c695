import {
  askedText,
  columnsOf,
  keyOfPlace,
  type MeasuredCell,
  nothingRecorded,
  type PlacedCell,
  recordedGaps,
  truthCells,
  withRecording,
} from "@grpc-lb-lab/policies";
import { FakeStage, madeUpMode, madeUpPolicy } from "@grpc-lb-lab/policies/testing";
import { describe, expect, it } from "vitest";
import { committedCells, type StageCells } from "./stage-cells.ts";
import { truthTables } from "./truth-tables.ts";

const committed = await committedCells();
/** Of these alone nothing need be committed; what is, is held to the same. */
const MAY_LACK = ["containers"];

it.each(committed.filter(({ stage, recorded }) => !MAY_LACK.includes(stage) || recorded.cells.length > 0))(
  "what is committed of the $stage stage has a run for every cell of the table, or the table has the reason why not",
  ({ stage, cells, recorded }) => {
    const gaps = recordedGaps(recorded, cells);
    expect(gaps, `record them: lab truth --record --stage ${stage} --modes … --policies …`).toEqual([]);
  },
);

const HERE = madeUpMode({ name: "here" });
const MODES = [
  { ...HERE, launchers: { ...HERE.launchers, kubernetes: {} } },
  madeUpMode({ name: "local-alone" }),
  madeUpMode({ name: "unspoken", unspoken: { local: { "gRPC service config": "nothing stands in for it" } } }),
];
const POLICIES = [madeUpPolicy({ name: "first" }), madeUpPolicy({ name: "unsaid", dialects: () => ({}) })];

/** The made-up cells of a stage, each that is tried recorded with an outcome. */
function recordedAs(stage: "local" | "kubernetes", outcome: MeasuredCell["outcome"]): StageCells {
  const cells = truthCells(columnsOf(MODES), POLICIES, new FakeStage(undefined, stage));
  const tried = cells.filter(({ cell }) => cell.is === "tried").map((placed) => measured(placed, outcome));
  const recording = { date: "2026-11-30", versions: { envoy: "1.40.0" } };
  return { stage, cells, recorded: withRecording(nothingRecorded(stage), recording, tried) };
}

function measured({ column, policy }: PlacedCell, outcome: MeasuredCell["outcome"]): MeasuredCell {
  const { parameters } = policy;
  const said = { outcome, words: "it said <no>", expectations: [], refusals: [], durationMs: 1 };
  return { ...keyOfPlace({ column, policy }), parameters, ...said, asked: askedText(policy, parameters, column) };
}

const row = (stages: readonly StageCells[], policy: string) =>
  truthTables(stages)
    .split("\n")
    .find((line) => line.startsWith(`| \`${policy}\` | `))
    ?.split(" | ")
    .slice(1);

describe("the table of outcomes", () => {
  it("shows outcomes, what cannot be said, and what was not tried", () => {
    const stages = [recordedAs("local", "obeyed")];
    expect(row(stages, "first")).toEqual(["obeyed", "obeyed", "skipped |"]);
    expect(row(stages, "unsaid")).toEqual(["–", "–", "– |"]);
    const text = truthTables(stages);
    expect(text).toContain("- local stage, `first`, unspoken (gRPC): nothing stands in for it");
    expect(text).toContain("- local stage, 2026-11-30, 2 cells: envoy 1.40.0");
  });

  it("names the stages where they differ, or where not all could try it", () => {
    const stages = [recordedAs("local", "obeyed"), recordedAs("kubernetes", "ignored")];
    expect(row(stages, "first")).toEqual(["obeyed (local)<br>ignored (kubernetes)", "obeyed (local)", "skipped |"]);
    const agreed = [recordedAs("local", "ignored"), recordedAs("kubernetes", "ignored")];
    expect(row(agreed, "first")?.[0]).toBe("ignored");
  });

  it("marks what is obeyed by a mode that does so without being asked, and says what the mark means", () => {
    const asEver = { ...(POLICIES[0] ?? expect.fail()), isAsEver: () => true };
    const marked = (outcome: MeasuredCell["outcome"]) => {
      const stage = recordedAs("local", outcome);
      return [{ ...stage, cells: stage.cells.map((cell) => ({ ...cell, policy: asEver })) }];
    };
    expect(row(marked("obeyed"), "first")).toEqual(["obeyed*", "obeyed*", "skipped |"]);
    expect(row(marked("ignored"), "first")).toEqual(["ignored", "ignored", "skipped |"]);
    expect(truthTables(marked("obeyed"))).toContain("\\* as without the rule: the mode does so without being asked.");
  });

  it("leads from what was refused or differs to what was said, which cannot break the page", () => {
    const text = truthTables([recordedAs("local", "refused")]);
    expect(text).toContain("| `first` | [refused](#first-here-grpc-service-config-local) |");
    expect(text).toContain(
      '- <a id="first-here-grpc-service-config-local"></a>`first`, here (gRPC), local stage: refused: it said \\<no\\>',
    );
  });

  it("says of which stage nothing is committed, and where a cell has no run", () => {
    const { cells, recorded } = recordedAs("local", "obeyed");
    const partly = { ...recorded, cells: recorded.cells.slice(1) };
    const stages = [
      { stage: "local", cells, recorded: partly },
      { ...recordedAs("kubernetes", "obeyed"), recorded: nothingRecorded("kubernetes") },
    ];
    expect(row(stages, "first")?.[0]).toBe("no run");
    expect(truthTables(stages)).toContain("No outcome is committed yet for the kubernetes stage.");
  });
});
