import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { MeasuredCell } from "./measured-cell.ts";
import { nothingRecorded, Recorded, withRecording } from "./recorded.ts";

function cell(mode: string, outcome: MeasuredCell["outcome"] = "obeyed"): MeasuredCell {
  const said = { words: "0 of 20", expectations: [], refusals: [], asked: "rules", durationMs: 5 };
  return { mode, dialect: "Istio", policy: "mirror", parameters: {}, outcome, ...said };
}

const FIRST = { date: "2026-11-29", versions: { envoy: "1.39.0" } };
const SECOND = { date: "2026-11-30", versions: { envoy: "1.40.0" } };
const first = withRecording(nothingRecorded("local"), FIRST, [cell("b"), cell("a")]);
const modes = ({ cells }: Recorded) => cells.map(({ mode, outcome, recording }) => [mode, outcome, recording]);

describe("a recording", () => {
  it("keeps cells in one order, and what they were measured with", () => {
    expect(modes(first)).toEqual([
      ["a", "obeyed", 0],
      ["b", "obeyed", 0],
    ]);
    expect(first.recordings).toEqual([FIRST]);
    expect(v.parse(Recorded, JSON.parse(JSON.stringify(first)))).toEqual(first);
  });

  it("takes the place of what was recorded of the same cells, and leaves the others with their date and versions", () => {
    const merged = withRecording(first, SECOND, [cell("b", "ignored"), cell("c")]);
    expect(modes(merged)).toEqual([
      ["a", "obeyed", 0],
      ["b", "ignored", 1],
      ["c", "obeyed", 1],
    ]);
    expect(merged.recordings).toEqual([FIRST, SECOND]);
  });

  it("is forgotten once none of its cells is left, and is one with another of the same day and versions", () => {
    expect(withRecording(first, SECOND, [cell("a"), cell("b")]).recordings).toEqual([SECOND]);
    expect(withRecording(first, { ...FIRST, versions: { ...FIRST.versions } }, [cell("c")]).recordings).toEqual([
      FIRST,
    ]);
  });

  it("leaves out what a result has beside", () => {
    const recorded = withRecording(first, SECOND, [{ ...cell("c"), simulated: ["istiod"] } as MeasuredCell]);
    expect(Object.keys(recorded.cells.at(-1) ?? {})).not.toContain("simulated");
  });
});

describe("a file of outcomes is none", () => {
  it.each([
    ["where a cell is of no recording", { ...first, recordings: [] }, "a cell is of a recording that is not there"],
    [
      "where two cells are of one place",
      { ...first, cells: [...first.cells, ...first.cells] },
      "of one column and policy",
    ],
    ["of another schema", { ...first, schema: "grpc-lb-lab/recorded-outcomes/2" }, "Invalid type"],
    ["of an outcome that there is not", { ...first, cells: [{ ...first.cells[0], outcome: "maybe" }] }, "Invalid type"],
  ])("%s", (_, content, message) => {
    const { issues, success } = v.safeParse(Recorded, content);
    expect(success).toBe(false);
    expect(issues?.[0]?.message).toContain(message);
  });
});
