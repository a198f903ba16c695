import type { Figure } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { cellOf } from "./cell.ts";
import { demoRun, skippedRun } from "./testing/demo-result.ts";

const column = { experiment: "share", id: "made-up", heading: ["", "made up"], rank: 1 } as const;
const run = demoRun("watch", "share");

function textOf(unit: Figure["unit"], ...values: Figure["values"]) {
  const figures: Figure[] = [{ id: "made-up", heading: ["", "made up"], unit, values, rank: 1 }];
  return cellOf({ ...run, figures }, { ...column, unit }).text;
}

describe("a cell", () => {
  it("shows values in their unit", () => {
    expect(textOf("ms", 2310)).toBe("2.31 s");
    expect(textOf("ms", null)).toBe("never");
    expect(textOf("ms", 24, null)).toBe("24.0 ms / never");
    expect(textOf("calls", 1412, 0)).toBe("1,412 / 0");
    expect(textOf("ratio", 0.994)).toBe("0.99");
    expect(textOf("part", 0.0525)).toBe("5.3 %");
    expect(textOf("times", 27.46)).toBe("27.5x");
  });

  it("is a bar of the run's pods for its values, as far as there are any", () => {
    const share = { ...column, id: "share", unit: "calls by pod" as const };
    expect(cellOf(run, share)).toEqual({ kind: "bar", text: "", pods: run.pods, failed: false });
    const unanswered = run.figures.map((figure) => ({ ...figure, values: figure.values.map(() => 0) }));
    expect(cellOf({ ...run, figures: unanswered }, share)).toMatchObject({ kind: "absent", text: "–", pods: [] });
  });

  it("tells a skipped run from a figure that the run does not have", () => {
    const ms = { ...column, unit: "ms" as const };
    expect(textOf("ms")).toBe("–");
    expect(cellOf(run, ms).kind).toBe("absent");
    expect(cellOf(undefined, ms).kind).toBe("absent");
    expect(cellOf(skippedRun("watch", "share", "no time"), ms)).toMatchObject({ kind: "skipped", text: "skipped" });
    expect(cellOf({ ...skippedRun("watch", "share", "no time"), figures: [] }, ms).kind).toBe("skipped");
  });
});
