import { repeat } from "../lit-html/directives/repeat.js";
import { html, nothing, svg } from "../lit-html/lit-html.js";
import { send } from "./actions.js";
import { formatCount, formatPercentile, formatShare } from "./format.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */
/** @typedef {import("../snapshot.ts").PodView} PodView */
/** @typedef {import("./pod-colors.js").PodColors} PodColors */

/** What the buttons ask of a pod. */
const SLOW_MS = 200;
const FAIL_SHARE = 0.5;

/**
 * The pods with their figures: the nodes of the drawing, and a table for those who do not see it.
 * @param {Snapshot} snapshot
 * @param {PodColors} colors
 * @param {boolean} steerable whether pods get buttons
 */
export function podsTable(snapshot, colors, steerable) {
  const row = (/** @type {PodView} */ pod) => podRow(pod, colors.of(pod.name), steerable, snapshot.recent.failed);
  return html`<table class="pods ${steerable ? "steerable" : ""}" role="table">
    <caption class="unseen">The pods, their shares of the answered calls and their latency over the last 10 s</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">Pod</th>
      <th role="columnheader" scope="col" colspan="2" class="both">Share, last 10 s</th>
      <th role="columnheader" scope="col" class="number">in all</th>
      <th role="columnheader" scope="col" class="number">p50 ms</th>
      <th role="columnheader" scope="col" class="number">p99 ms</th>
      ${steerable ? html`<th role="columnheader" scope="col"><span class="unseen">Change</span></th>` : nothing}
    </tr></thead>
    <tbody role="rowgroup">${repeat(snapshot.pods, ({ name }) => name, row)}</tbody>
  </table>`;
}

/**
 * @param {PodView} pod @param {number} color @param {boolean} steerable
 * @param {number} failed recent calls, of which nobody knows which pod they would have fallen to
 */
function podRow(pod, color, steerable, failed) {
  const { name, zone, version, state, share, answered, recent, recentShare, latencyMs } = pod;
  return html`<tr role="row" class="pod color-${color} ${state} ${recent === 0 ? "idle" : ""}" data-pod=${name}>
    <th role="rowheader" scope="row" class="pod-name"><span class="node"></span><span class="name" title=${name}>${shortName(name)}</span>
      <span class="about">${[zone, version].filter((part) => part !== "").join(" · ")}</span>${condition(pod)}</th>
    <td role="cell" class="bar" aria-hidden="true">${bar(recentShare)}</td>
    <td role="cell" class="number recent" title="${formatCount(recent)} calls">${formatShare(recentShare)}</td>
    <td role="cell" class="number total" title="${formatCount(answered)} calls">${formatShare(share)}</td>
    <td role="cell" class="number p50">${formatPercentile(latencyMs?.p50, failed)}</td>
    <td role="cell" class="number p99">${formatPercentile(latencyMs?.p99, failed)}</td>
    ${steerable ? html`<td role="cell" class="actions">${state === "gone" ? nothing : actions(pod)}</td>` : nothing}
  </tr>`;
}

/** Of a name that Kubernetes made, the part that tells pods apart. @param {string} name */
function shortName(name) {
  return name.length <= 18 ? name : `…${name.slice(name.lastIndexOf("-"))}`;
}

/** @param {PodView} pod */
function condition({ state, fault }) {
  const words = [
    ...(state === "starting" ? ["starting"] : []),
    ...(state === "gone" ? ["gone"] : []),
    ...(fault !== null && fault.latencyMs > 0 ? [`slow +${formatCount(fault.latencyMs)} ms`] : []),
    ...(fault !== null && fault.errorShare > 0 ? [`fails ${Math.round(fault.errorShare * 100)} %`] : []),
  ];
  return words.map((word) => html` <span class="condition">${word}</span>`);
}

/** A bar whose whole length is all calls. @param {number} share */
function bar(share) {
  return html`<svg class="share" width="100%" height="10" focusable="false">
    ${svg`<rect class="whole" width="100%" height="10" rx="3"></rect>
      <rect class="part" width="${share * 100}%" height="10" rx="3"></rect>`}
  </svg>`;
}

/** @param {PodView} pod */
function actions({ name, fault }) {
  const now = { latencyMs: fault?.latencyMs ?? 0, errorShare: fault?.errorShare ?? 0 };
  const [slow, fails] = [now.latencyMs > 0, now.errorShare > 0];
  const change = (/** @type {Partial<typeof now>} */ fields) =>
    send("POST", "stage/fault", { pod: name, fault: { ...now, ...fields } });
  return html`
    <button type="button" aria-pressed=${slow} aria-label="Slow ${name} down" title="Delays each answer by ${SLOW_MS} ms; press again to heal"
      @click=${() => change({ latencyMs: slow ? 0 : SLOW_MS })}>Slow</button>
    <button type="button" aria-pressed=${fails} aria-label="Make ${name} fail" title="Makes half of its calls fail; press again to heal"
      @click=${() => change({ errorShare: fails ? 0 : FAIL_SHARE })}>Fail</button>
    <button type="button" class="crash" aria-label="Crash ${name}" title="Ends its process at once"
      @click=${() => send("POST", "stage/crash", { pod: name })}>Crash</button>`;
}
