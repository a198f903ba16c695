import * as Plot from "@observablehq/plot";
import { greatest } from "../extremes.ts";
import { CHART_MARGIN, CHART_WIDTH } from "./svg-chart.ts";

const CHARACTER_WIDTH = 5.9;
const GAP = 8;
const LANE_HEIGHT = 13;

/** A label that belongs at `x` (user units) above a chart. */
export interface Label {
  readonly x: number;
  readonly text: string;
  /** Whether it gets its place before all others. */
  readonly first?: boolean;
}

/** A label in a lane (0 is the lowest), growing to the right of its rule (`start`) or, near the edge, to the left (`end`). */
export interface PlacedLabel<L extends Label> {
  readonly label: L;
  readonly lane: number;
  readonly anchor: "start" | "end";
}

/**
 * Puts labels, given in order of `x`, into at most `lanes` lanes so that none covers another and no rule, which reaches from the
 * chart up to its label, crosses one. Labels that find no room are left out.
 */
export function placeLabels<L extends Label>(labels: readonly L[], lanes: number): PlacedLabel<L>[] {
  const taken: Span[] = [];
  return inOrderOfPlacing(labels).flatMap(({ label, anchor, from, to }) => {
    const lane = Array.from({ length: lanes }, (_, index) => index).find((candidate) =>
      taken.every((other) => !collide({ lane: candidate, x: label.x, from, to }, other)),
    );
    if (lane === undefined || from < 0) return [];
    taken.push({ lane, x: label.x, from, to });
    return [{ label, lane, anchor }];
  });
}

/** A label has to go above those whose rules stand under its text, so these come first: it grows away from its own rule. */
function inOrderOfPlacing<L extends Label>(labels: readonly L[]) {
  const extents = labels.map((label) => {
    const width = label.text.length * CHARACTER_WIDTH + GAP;
    const anchor: "start" | "end" = label.x + width - GAP > CHART_WIDTH ? "end" : "start";
    const from = anchor === "start" ? label.x : label.x - width;
    return { label, anchor, from, to: from + width };
  });
  const growing = (towards: "start" | "end") => extents.filter(({ anchor }) => anchor === towards);
  const ordered = [...growing("end"), ...growing("start").toReversed()];
  return ordered.toSorted((a, b) => Number(b.label.first ?? false) - Number(a.label.first ?? false));
}

/** A label's extent in its lane; its rule stands at `x` in all lanes below. */
interface Span {
  readonly lane: number;
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

function collide(a: Span, b: Span): boolean {
  if (a.lane === b.lane) return a.from < b.to && b.from < a.to;
  const [upper, lower] = a.lane > b.lane ? [a, b] : [b, a];
  return upper.x > lower.from && upper.x < lower.to;
}

/** Where `value` of `domain` lies between the margins. `scale` maps before (a logarithm, for instance). */
export function chartX(value: number, domain: readonly [number, number], scale = (x: number) => x): number {
  const [from, to] = [scale(domain[0]), scale(domain[1])];
  const width = CHART_WIDTH - CHART_MARGIN.left - CHART_MARGIN.right;
  return CHART_MARGIN.left + ((scale(value) - from) / (to - from)) * width;
}

/** Space above the plotted area that `placed` labels need. */
export function topMargin(placed: readonly PlacedLabel<Label>[]): number {
  return (
    8 +
    greatest(
      placed.map(({ lane }) => lane + 1),
      0,
    ) *
      LANE_HEIGHT
  );
}

/** How far a rule reaches above the plotted area to touch its label in `lane`. */
export function laneReach(lane: number): number {
  return lane * LANE_HEIGHT + 12;
}

/** The labels as marks; `placeOf` gives a label's place on the chart's x scale. */
export function laneLabels<L extends Label>(
  placed: readonly PlacedLabel<L>[],
  placeOf: (label: L) => number | undefined,
): Plot.Markish[] {
  return placed.map(({ label, lane, anchor }) =>
    Plot.text([label.text], {
      text: (text: string) => text,
      x: [placeOf(label)],
      frameAnchor: "top",
      textAnchor: anchor,
      dx: anchor === "start" ? 3 : -3,
      dy: -(laneReach(lane) - 1),
      fill: "var(--ink)",
      fontSize: 11,
    }),
  );
}
