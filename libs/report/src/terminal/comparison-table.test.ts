import type { Figure } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { compare } from "../comparison.ts";
import { demoResult } from "../testing/demo-result.ts";
import { withExperiment } from "../testing/with-experiment.ts";
import { comparisonTable } from "./comparison-table.ts";
import { Pen } from "./pen.ts";

const demo = demoResult();
/** What leaves no room for all. */
const crowded = withExperiment(
  withExperiment(demo, "dead-peer", [
    { id: "notice", heading: ["dead peer", "noticed"], unit: "ms", values: [12_340], rank: 55 },
    { id: "failed", heading: ["failed:", "dead peer"], unit: "calls", values: [1_234], rank: 56 },
  ]),
  "cost",
  [{ id: "p50", heading: ["", "p50"], unit: "ms", values: [2.5], rank: 65 }],
);

const shares = { ...demo, runs: demo.runs.filter(({ experiment }) => experiment === "share") };
const twoLines = (lower: string): Figure["heading"] => ["", lower];
const MADE_UP: Figure = { id: "made-up", heading: twoLines("made up"), unit: "ms", values: [1], rank: 1 };

function table(result: typeof demo, columns: number, unicode = true) {
  const pen = new Pen({ columns, color: false, unicode });
  const [rows, leftOut] = comparisonTable(compare([{ name: "a", result }]), false, pen);
  const lines = [...rows, ...leftOut].join("\n").split("\n");
  return { rows, leftOut: leftOut.join("\n"), widest: Math.max(...lines.map(({ length }) => length)) };
}

describe("the table of the comparison", () => {
  it.each([
    [100, "p99 of share"],
    [80, "failed: dead peer of dead-peer, p50 of share, p50 of cost, p99 of share"],
  ])("in %i columns leaves out what has the highest ranks, and names it", (columns, names) => {
    const { leftOut, widest } = table(crowded, columns);
    expect(leftOut.replaceAll(/\n */g, " ")).toBe(`No room for: ${names}. The HTML report shows everything.`);
    expect(widest).toBeLessThanOrEqual(columns);
  });

  it.each([80, 100])("looks like this in %i columns when it is crowded", async (columns) => {
    const { rows, leftOut } = table(crowded, columns);
    const text = `${rows.join("\n")}\n\n${leftOut}\n`;
    await expect(text).toMatchFileSnapshot(`snapshots/table-crowded-${columns}.txt`);
  });

  it("says nothing of room when there is enough", () => {
    expect(table(demo, 80).leftOut).toBe("");
  });

  it("keeps a bar of shares whatever its rank, and always the label and the verdict", () => {
    const wide = [1, 2, 3].map((rank) => ({ ...MADE_UP, id: `wide-${rank}`, heading: twoLines("x".repeat(30)), rank }));
    const { rows, leftOut, widest } = table(withExperiment(shares, "made-up", wide), 80);
    expect(rows[3]).toMatch(/^plain +1\.0 ms █+ +✓ as expected$/);
    expect(leftOut).toContain("even of share");
    expect(widest).toBeLessThanOrEqual(80);
  });

  it("never cuts a figure", () => {
    const phased = { ...MADE_UP, unit: "calls" as const, values: [1_234, 5_678, 9_012] };
    const result = withExperiment(demo, "made-up", [phased]);
    for (const columns of [80, 100]) expect(table(result, columns).rows[3]).toContain(" 1,234 / 5,678 / 9,012 ");
  });

  it("has room for two bars", () => {
    const { rows, widest } = table(
      withExperiment(shares, "made-up", [{ ...MADE_UP, unit: "calls by pod", values: [4, 3, 2, 1] }]),
      80,
    );
    expect(rows[4]).toMatch(/^headless {2}█+▓+▒+░+ █+▓+▒+░+ 1\.00/);
    expect(widest).toBeLessThanOrEqual(80);
  });
});
