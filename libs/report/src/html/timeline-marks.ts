import type { RunResult } from "@grpc-lb-lab/measure";
import * as Plot from "@observablehq/plot";
import { formatCount } from "../format.ts";
import { POD_COLOR_COUNT } from "../palette.ts";
import { type EventLabel, shortPodName } from "./event-labels.ts";
import { chartX, laneReach, type PlacedLabel } from "./label-lanes.ts";
import { CHART_WIDTH } from "./svg-chart.ts";
import type { StackedBin, TimelineBins } from "./timeline-bins.ts";

/** Height of a pod's name in its band, in user units. */
const NAME_HEIGHT = 14;
const FAILED_LABEL_WIDTH = 110;

/** The stacked bands, one per pod. */
export function answeredMark({ answered, endMs }: TimelineBins): Plot.Markish {
  return Plot.areaY(closed(answered, endMs), {
    x: "atMs",
    y1: "from",
    y2: "to",
    z: "pod",
    fill: ({ pod }: StackedBin) => String(pod % POD_COLOR_COUNT),
    stroke: "var(--paper)",
    strokeWidth: 0.5,
    curve: "step-after",
  });
}

/** Failed calls below the line, then their number; nothing where none failed. The outline keeps a single one visible. */
export function failedMarks(
  run: RunResult,
  { failed, binMs, endMs }: TimelineBins,
  domain: readonly [number, number],
): Plot.Markish[] {
  const first = failed.findIndex(({ rate }) => rate > 0);
  if (first < 0) return [];
  const after = failed.findIndex(({ rate }, bin) => bin > first && rate === 0);
  const outage = { fromMs: first * binMs, toMs: after < 0 ? endMs : after * binMs };
  const atEdge = chartX(outage.toMs, domain) > CHART_WIDTH - FAILED_LABEL_WIDTH;
  return [
    Plot.areaY(closed(failed, endMs), {
      x: "atMs",
      y1: 0,
      y2: ({ rate }: { rate: number }) => -rate,
      fill: "var(--failed)",
      stroke: "var(--failed)",
      curve: "step-after",
    }),
    Plot.text([`✗ ${formatCount(run.calls.failed)} failed`], {
      text: (text: string) => text,
      x: [atEdge ? outage.fromMs : outage.toMs],
      frameAnchor: "bottom",
      textAnchor: atEdge ? "end" : "start",
      dx: atEdge ? -5 : 5,
      dy: -5,
      fontWeight: "bold",
      fontSize: 11,
      fill: "var(--failed)",
      stroke: "var(--paper)",
      strokeWidth: 4,
    }),
  ];
}

/** A rule per event, on a halo so that it is seen on every pod's colour; the first of a label reaches up to it. */
export function eventRules(labels: readonly EventLabel[], placed: readonly PlacedLabel<EventLabel>[]): Plot.Markish[] {
  const rule = { stroke: "var(--ink)", strokeWidth: 0.75 };
  return labels.map((label) => {
    const lane = placed.find((candidate) => candidate.label === label)?.lane;
    const [first, ...others] = label.timesMs;
    return [
      Plot.ruleX(label.timesMs, { stroke: "var(--paper)", strokeOpacity: 0.75, strokeWidth: 2.5 }),
      Plot.ruleX([first], { ...rule, insetTop: lane === undefined ? 0 : -laneReach(lane) }),
      Plot.ruleX(others, rule),
    ];
  });
}

/** Each pod's short name in its band, where the band is high enough: colour is not the only mark. `unit` is the rate of one user unit. */
export function podNames(run: RunResult, { answered, binMs }: TimelineBins, unit: number): Plot.Markish {
  const short = shortPodName(run);
  const names = run.pods.flatMap(({ pod }, index) => {
    const tall = answered.filter((bin) => bin.pod === index && bin.to - bin.from >= NAME_HEIGHT * unit);
    const middle = tall[Math.floor(tall.length / 2)];
    if (middle === undefined) return [];
    return [{ text: short(pod), x: middle.atMs + binMs / 2, y: (middle.from + middle.to) / 2 }];
  });
  return Plot.text(names, {
    x: "x",
    y: "y",
    text: "text",
    fontSize: 11,
    fill: "var(--ink)",
    stroke: "var(--paper)",
    strokeWidth: 3,
    strokeOpacity: 0.8,
  });
}

/** A step needs a point at its end too. */
function closed<Bin extends { readonly atMs: number }>(bins: readonly Bin[], endMs: number): Bin[] {
  const lastMs = bins.at(-1)?.atMs;
  return [...bins, ...bins.filter(({ atMs }) => atMs === lastMs).map((bin) => ({ ...bin, atMs: endMs }))];
}
