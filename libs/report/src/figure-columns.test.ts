import type { Figure } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { distinctHeadings, figureColumns, figureName } from "./figure-columns.ts";
import { demoRun } from "./testing/demo-result.ts";

const run = demoRun("watch", "share");
const figure = (id: string, rank: number, heading: Figure["heading"]): Figure => ({
  id,
  heading,
  unit: "ms",
  values: [1],
  rank,
});
const of = (experiment: string, ...figures: Figure[]) => ({ ...run, experiment, figures });

describe("the columns of figures", () => {
  it("stand by rank, those of equal rank as they first occur, each once", () => {
    const columns = figureColumns([
      of("one", figure("c", 5, ["", "c"]), figure("b", 2, ["", "b"])),
      of("two", figure("b", 2, ["", "b"]), figure("a", 1, ["", "a"])),
      of("one", figure("b", 9, ["another", "heading"])),
    ]);
    expect(columns.map(({ experiment, id }) => `${experiment} ${id}`)).toEqual(["two a", "one b", "two b", "one c"]);
    expect(columns[1]?.heading).toEqual(["", "b"]);
  });

  it("are told apart by their experiment where their headings are alike", () => {
    const columns = figureColumns([
      of(
        "one",
        figure("p50", 1, ["", "p50"]),
        figure("failed", 2, ["failed:", "crash"]),
        figure("p99", 3, ["", "p99"]),
      ),
      of("two", figure("p50", 4, ["", "p50"]), figure("failed", 5, ["failed:", "crash"])),
    ]);
    expect(distinctHeadings(columns)).toEqual([
      ["one", "p50"],
      ["one failed:", "crash"],
      ["", "p99"],
      ["two", "p50"],
      ["two failed:", "crash"],
    ]);
  });

  it("have a name in one line", () => {
    const [both, lower, neither] = figureColumns([
      of("one", figure("a", 1, ["failed:", "crash"]), figure("b", 2, ["", "p50"]), figure("c", 3, ["", ""])),
    ]).map(figureName);
    expect([both, lower, neither]).toEqual(["failed: crash", "p50", "c"]);
  });
});
