import type { RunResult } from "@grpc-lb-lab/measure";
import * as Plot from "@observablehq/plot";
import { answeredOnlyMark } from "../answered-only.ts";
import { greatest, least } from "../extremes.ts";
import { formatMs } from "../format.ts";
import { type LatencyBucket, latencyBuckets } from "../latency-buckets.ts";
import { chartX, type Label, laneLabels, laneReach, type PlacedLabel, placeLabels, topMargin } from "./label-lanes.ts";
import { html, type Markup } from "./markup.ts";
import { svgChart } from "./svg-chart.ts";

const PLOT_HEIGHT = 90;
const BOTTOM = 36;
const LANES = 4;
const RULE = { stroke: "var(--ink)", strokeWidth: 0.75 };

/** The range of latencies in ms that all charts of a report share, so that they compare; undefined without any answered call. */
export function latencyDomain(runs: readonly RunResult[]): [number, number] | undefined {
  const buckets = runs.flatMap((run) => latencyBuckets(run));
  if (buckets.length === 0) return undefined;
  return [least(buckets.map(({ fromMs }) => fromMs)), greatest(buckets.map(({ toMs }) => toMs))];
}

/** The distribution of the latency of answered calls, with its percentiles marked. Nothing for a run without answered calls. */
export function latencyChart(
  run: RunResult,
  domain: readonly [number, number] | undefined,
  id: string,
): Markup | undefined {
  const buckets = latencyBuckets(run);
  if (buckets.length === 0 || domain === undefined) return undefined;
  const labels = percentileLabels(run, domain);
  const placed = placeLabels(labels, LANES);
  const marginTop = topMargin(placed);
  const chart = svgChart(
    {
      height: marginTop + PLOT_HEIGHT + BOTTOM,
      marginTop,
      marginBottom: BOTTOM,
      x: latencyAxis(domain),
      y: { type: "sqrt", label: null, ticks: 3, tickFormat: (share: number) => `${share} %` },
      marks: [
        shareBars(buckets),
        Plot.ruleY([0], RULE),
        ...percentileRules(placed),
        ...laneLabels(placed, ({ ms }) => ms),
      ],
    },
    {
      id,
      title: `Latency of answered calls, ${run.mode} ${run.experiment}`,
      description: labels.map(({ text }) => text).join(", "),
    },
  );
  return html`<figure><figcaption>Answered calls by latency</figcaption>${chart}</figure>`;
}

function latencyAxis(domain: readonly [number, number]): Plot.ScaleOptions {
  return {
    type: "log",
    domain,
    label: "latency from the intended start",
    labelArrow: "none",
    ticks: roundTicks(domain),
    tickFormat: tickMs,
  };
}

/** A bar for each bucket with calls: its share of all, in percent. */
function shareBars(buckets: readonly LatencyBucket[]): Plot.Markish {
  const calls = buckets.reduce((sum, bucket) => sum + bucket.calls, 0);
  return Plot.rectY(
    buckets.filter((bucket) => bucket.calls > 0),
    {
      x1: "fromMs",
      x2: "toMs",
      y: (bucket: LatencyBucket) => (bucket.calls / calls) * 100,
      fill: "var(--bar)",
      insetLeft: 0.5,
      insetRight: 0.5,
    },
  );
}

interface PercentileLabel extends Label {
  readonly ms: number;
}

function percentileRules(placed: readonly PlacedLabel<PercentileLabel>[]): Plot.Markish[] {
  return placed.map(({ label, lane }) => Plot.ruleX([label.ms], { ...RULE, insetTop: -laneReach(lane) }));
}

/** The card that the chart stands in says what the mark means. */
function percentileLabels({ latencyMs, calls }: RunResult, domain: readonly [number, number]): PercentileLabel[] {
  const { p50, p99, p999, max } = latencyMs;
  const highest = p999 === max ? { max } : { "p99.9": p999, max };
  return Object.entries({ p50, p99, ...highest })
    .filter(([, ms]) => ms >= domain[0] && ms <= domain[1])
    .map(([name, ms]) => ({
      ms,
      x: chartX(ms, domain, Math.log),
      text: `${name} ${formatMs(ms)}${answeredOnlyMark(calls)}`,
    }));
}

/** 1, 2, 5, 10, … as far as they lie in `domain`. */
function roundTicks([from, to]: readonly [number, number]): number[] {
  const decades = Array.from({ length: 9 }, (_, i) => 10 ** (i - 4));
  return decades.flatMap((decade) => [1, 2, 5].map((digit) => digit * decade)).filter((ms) => ms >= from && ms <= to);
}

function tickMs(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(2))} s` : `${Number(ms.toPrecision(2))} ms`;
}
