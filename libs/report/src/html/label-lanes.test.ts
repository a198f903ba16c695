import { describe, expect, it } from "vitest";
import { chartX, placeLabels } from "./label-lanes.ts";
import { CHART_MARGIN, CHART_WIDTH } from "./svg-chart.ts";

const at = (x: number, text = "label") => ({ x, text });
const lanesOf = (labels: readonly { x: number; text: string }[], lanes = 3) =>
  placeLabels(labels, lanes)
    .map(({ label, lane, anchor }) => [label.x, lane, anchor])
    .toSorted(([a], [b]) => Number(a) - Number(b));

describe("labels", () => {
  it("share the lowest lane where they have room", () => {
    expect(lanesOf([at(50), at(150)])).toEqual([
      [50, 0, "start"],
      [150, 0, "start"],
    ]);
  });

  it("lie above those that begin under them", () => {
    expect(lanesOf([at(50), at(60), at(70)])).toEqual([
      [50, 2, "start"],
      [60, 1, "start"],
      [70, 0, "start"],
    ]);
  });

  it("go above a rule that would cross them, even where their lane is free", () => {
    expect(lanesOf([at(50, "x".repeat(16)), at(100, "x".repeat(20)), at(200)])).toEqual([
      [50, 2, "start"],
      [100, 1, "start"],
      [200, 0, "start"],
    ]);
  });

  it("are left out where no lane has room", () => {
    expect(lanesOf([at(50), at(60), at(70), at(80)])).toHaveLength(3);
  });

  it("grow to the left at the edge, and no rule crosses one", () => {
    expect(lanesOf([at(500, "p99.9 31.1 ms"), at(530, "max 36.1 ms")])).toEqual([
      [500, 0, "end"],
      [530, 1, "end"],
    ]);
  });
});

it("maps a domain to the space between the margins, logarithms too", () => {
  expect(chartX(0, [0, 10])).toBe(CHART_MARGIN.left);
  expect(chartX(10, [0, 10])).toBe(CHART_WIDTH - CHART_MARGIN.right);
  expect(chartX(10, [1, 100], Math.log)).toBeCloseTo((CHART_MARGIN.left + CHART_WIDTH - CHART_MARGIN.right) / 2);
});
