import type { RunResult } from "@grpc-lb-lab/measure";
import * as Plot from "@observablehq/plot";
import { formatCount, formatSeconds } from "../format.ts";
import { POD_COLOR_COUNT } from "../palette.ts";
import { eventLabels } from "./event-labels.ts";
import { laneLabels, topMargin } from "./label-lanes.ts";
import { html, type Markup } from "./markup.ts";
import { svgChart } from "./svg-chart.ts";
import { type TimelineBins, timelineBins } from "./timeline-bins.ts";
import { answeredMark, eventRules, failedMarks, podNames } from "./timeline-marks.ts";

const PLOT_HEIGHT = 150;
const BOTTOM = 36;
/** Failed calls get at least this part of the upper half, so that their label has room. */
const FAILED_PART = 0.2;
const POD_KEYS = Array.from({ length: POD_COLOR_COUNT }, (_, index) => String(index));

/**
 * Calls per second over time, stacked by pod, with failed calls hanging below the line and the run's events as labelled rules.
 * Events before and after the load are not in it. Nothing for a run without calls.
 */
export function timelineChart(run: RunResult, id: string): Markup | undefined {
  const bins = timelineBins(run);
  if (bins.endMs === 0) return undefined;
  const domain: [number, number] = [0, bins.endMs];
  const { labels, placed, unlabelled } = eventLabels(run, domain);
  const [low, high] = rateDomain(bins);
  const marginTop = topMargin(placed);
  const [failedArea, failedLabel] = failedMarks(run, bins, domain);
  const chart = svgChart(
    {
      height: marginTop + PLOT_HEIGHT + BOTTOM,
      marginTop,
      marginBottom: BOTTOM,
      x: { domain, label: "seconds since the load began", labelArrow: "none", ticks: 6, tickFormat: inSeconds },
      y: { domain: [low, high], label: null, ticks: 4, tickFormat: (rate: number) => formatCount(Math.abs(rate)) },
      color: { domain: POD_KEYS, range: POD_KEYS.map((key) => `var(--pod-${key})`) },
      marks: [
        answeredMark(bins),
        failedArea,
        Plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 0.75 }),
        ...eventRules(labels, placed),
        failedLabel,
        ...laneLabels(placed, ({ timesMs }) => timesMs[0]),
        podNames(run, bins, (high - low) / PLOT_HEIGHT),
      ],
    },
    { id, title: `Calls per second over time, ${run.mode} ${run.experiment}`, description: inWords(run) },
  );
  const below = run.calls.failed > 0 ? ", failed calls below the line" : "";
  const unplaced = unlabelled > 0 ? `; events without room for a label: ${unlabelled}` : "";
  return html`<figure><figcaption>Calls per second by pod${below}${unplaced}</figcaption>${chart}</figure>`;
}

function rateDomain({ highestRate, highestFailedRate }: TimelineBins): [number, number] {
  const most = highestRate || highestFailedRate || 1;
  return [highestFailedRate > 0 ? -Math.max(highestFailedRate * 1.04, most * FAILED_PART) : 0, most * 1.04];
}

function inSeconds(ms: number): string {
  return String(ms / 1000);
}

function inWords({ pods, calls, events }: RunResult): string {
  const shares = pods.map((pod) => `${pod.pod} answered ${formatCount(pod.calls)}`).join(", ");
  const marked = events.map(({ atMs, kind, pod = "" }) => `${kind} ${pod} at ${formatSeconds(atMs)}`).join(", ");
  return `Of ${formatCount(calls.total)} calls ${shares}; ${formatCount(calls.failed)} failed.${marked ? ` Events: ${marked}.` : ""}`;
}
