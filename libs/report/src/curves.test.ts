import type { Curve, RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { curveCharts, pointText } from "./curves.ts";
import { curveSection } from "./html/curve-section.ts";
import { renderHtml } from "./html/render-html.ts";
import { renderRun } from "./terminal/render-run.ts";
import { demoResult } from "./testing/demo-result.ts";

const curve = (points: Curve["points"]): Curve => ({
  id: "made-up",
  title: "Warmth by coats",
  x: { label: "coats", isLogarithmic: true },
  y: { label: "warmth", unit: "ratio" },
  points,
});

const result = demoResult();
const runs: RunResult[] = result.runs.slice(0, 2).map((run, index) => ({
  ...run,
  mode: ["plain", "watch"][index] ?? "",
  experiment: "share",
  curves: [
    curve(
      index === 0
        ? [
            { x: 1, y: 0.25 },
            { x: 4, y: null },
          ]
        : [
            { x: 1, y: 1 },
            { x: 2, y: 0.5 },
          ],
    ),
  ],
}));
const named = [{ name: "a.json", result: { ...result, runs } }];

describe("curves", () => {
  it("of one kind are one chart, with a line for each run and every x that one of them has", () => {
    expect(curveCharts(named)).toEqual([
      {
        experiment: "share",
        title: "Warmth by coats",
        x: { label: "coats", isLogarithmic: true },
        y: { label: "warmth", unit: "ratio" },
        xs: [1, 2, 4],
        lines: [
          {
            mode: "plain",
            file: "a.json",
            values: new Map([
              [1, 0.25],
              [4, null],
            ]),
          },
          {
            mode: "watch",
            file: "a.json",
            values: new Map([
              [1, 1],
              [2, 0.5],
            ]),
          },
        ],
      },
    ]);
  });

  it("are drawn on the page, with their numbers, and are none on a page of runs without", () => {
    const page = renderHtml(named);
    for (const text of [
      "How figures grow",
      "Warmth by coats (share)",
      "plain: warmth from 0.25 at 1",
      '<td class="number">0.50</td>',
    ])
      expect(page).toContain(text);
    expect(renderHtml([{ name: "a.json", result }])).not.toContain("How figures grow");
  });

  it("have every number of the axis below it, also where a logarithmic axis would leave some out", () => {
    const xs = [1, 2, 4, 8, 16, 32, 61];
    const [run] = runs as [RunResult];
    const long = { ...run, curves: [curve(xs.map((x) => ({ x, y: 0.5 })))] };
    const section = String(curveSection([{ name: "a.json", result: { ...result, runs: [long] } }], false));
    for (const x of xs) expect(section).toMatch(new RegExp(`<text [^>]*>${x}</text>`));
  });

  it("are numbers in a terminal", () => {
    const lines = renderRun(runs[0] as RunResult, { columns: 80, color: false, unicode: true }).split("\n");
    const from = lines.indexOf("Warmth by coats");
    expect(lines.slice(from, from + 4)).toEqual([
      "Warmth by coats",
      "  coats  warmth",
      "      1    0.25",
      "      4       –",
    ]);
  });

  it("say what was not measured, and nothing where there is no point", () => {
    expect([pointText(null, "ms"), pointText(undefined, "ms"), pointText(12, "count")]).toEqual(["–", "", "12"]);
  });
});
