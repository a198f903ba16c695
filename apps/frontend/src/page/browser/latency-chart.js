import { html, svg } from "../lit-html/lit-html.js";
import { formatMs } from "./format.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */

/** Heights in px; panel.css has the room for the labels at the left. */
const TOP = 8;
const PLOT = 112;
const HEIGHT = TOP + PLOT + 20;
const NAMES = /** @type {const} */ (["p50", "p90", "p99"]);

/** Latency percentiles of the answered calls of each of the last 60 s on a logarithmic scale. @param {Snapshot["trend"]} trend */
export function latencyChart(trend) {
  const [low, high] = decades(trend.flatMap((point) => point ?? []));
  const y = (/** @type {number} */ ms) => PLOT * (1 - (Math.log10(ms) - low) / (high - low));
  const grid = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const lines = NAMES.map((name, which) => svg`<path class="line ${name}" d=${path(trend, which, y)}></path>`);
  return html`<figure class="latency">
    <figcaption>Latency of answered calls, ms ${NAMES.map((name) => html`<span class="key ${name}">${name}</span>`)}</figcaption>
    <svg width="100%" height=${HEIGHT} role="img" aria-label=${describe(trend)}>
      ${grid.map((ms) => gridLine(ms, TOP + y(ms)))}
      <text class="from" y=${HEIGHT - 2}>60 s ago</text>
      <text x="100%" y=${HEIGHT - 2} text-anchor="end">now</text>
      <svg class="plot" y=${TOP} height=${PLOT} viewBox="0 0 ${trend.length - 1} ${PLOT}" preserveAspectRatio="none">${lines}</svg>
    </svg>
  </figure>`;
}

/** @param {number} ms @param {number} y */
function gridLine(ms, y) {
  const label = ms >= 1000 ? `${ms / 1000} s` : String(ms);
  return svg`<rect class="grid" y=${y} height="1"></rect><text class="scale" y=${y + 4} text-anchor="end">${label}</text>`;
}

/** The powers of ten around all values, two of them at least. @param {readonly number[]} all @returns {readonly [number, number]} */
function decades(all) {
  if (all.length === 0) return [0, 2];
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.ceil(Math.log10(Math.max(...all)));
  return [low, Math.max(high, low + 2)];
}

/** A line with a gap where no call was; a second alone is a dot: a line of no length with round ends. @param {Snapshot["trend"]} trend @param {number} which @param {(ms: number) => number} y */
function path(trend, which, y) {
  const steps = trend.map((point, index) => {
    const ms = point?.[which];
    if (ms === undefined) return "";
    const place = `${index} ${y(ms).toFixed(1)}`;
    return (trend[index - 1] ?? null) === null ? `M${place}h0` : `L${place}`;
  });
  return steps.join("");
}

/** @param {Snapshot["trend"]} trend */
function describe(trend) {
  const last = trend.findLast((point) => point !== null);
  if (last === undefined || last === null) return "Latency of answered calls, last 60 s: no calls";
  const [p50, p90, p99] = last.map((ms) => formatMs(ms));
  return `Latency of answered calls, last 60 s; in the newest second p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms`;
}
