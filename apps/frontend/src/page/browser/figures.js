import { html, nothing } from "../lit-html/lit-html.js";
import { formatCount, formatEvenness, formatPercentile, formatRate } from "./format.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */

/** The figures of a frontend as a whole: of the last 10 s, and below them since the start. @param {Snapshot} snapshot */
export function figures(snapshot) {
  const { recent } = snapshot;
  const calls = snapshot.answered + snapshot.failed;
  return html`<dl class="figures">
    ${figure("Calls per second", formatRate(recent.perSecond), `${formatCount(calls)} in all`)}
    ${figure("Evenness", formatEvenness(recent.evenness), `${formatEvenness(snapshot.evenness)} in all`)}
    ${figure("Failed", formatCount(recent.failed), `${formatCount(snapshot.failed)} in all`, recent.failed > 0)}
    ${figure("p50", formatPercentile(recent.latencyMs?.p50, recent.failed), "ms for 50 %")}
    ${figure("p90", formatPercentile(recent.latencyMs?.p90, recent.failed), "ms for 90 %")}
    ${figure("p99", formatPercentile(recent.latencyMs?.p99, recent.failed), "ms for 99 %")}
  </dl>`;
}

/** What the mark of percentiles means; empty where none is marked. @param {Snapshot} snapshot */
export function percentilesNote({ recent: { answered, failed } }) {
  if (answered === 0 || failed === 0) return "";
  return ` · * over answered calls only: ${formatCount(answered)} of ${formatCount(answered + failed)}`;
}

/** @param {string} name @param {string} value @param {string} note @param {boolean} [bad] */
function figure(name, value, note, bad = false) {
  return html`<div class="figure ${bad ? "bad" : ""}"><dt>${name}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}

/** Failed calls by gRPC code. @param {Snapshot} snapshot */
export function errorsTable({ errors, traffic }) {
  const rows = errors.map(
    ({ code, count, recent }) => html`<tr>
      <th scope="row"><code>${code}</code></th>
      <td class="number">${formatCount(recent)}</td><td class="number">${formatCount(count)}</td>
    </tr>`,
  );
  const skipped =
    traffic.skipped === 0
      ? nothing
      : html`<p class="note">${formatCount(traffic.skipped)} calls were not made: too many were in flight.</p>`;
  if (rows.length === 0) return html`<p class="note">No call has failed.</p>${skipped}`;
  return html`<table class="errors">
    <thead><tr><th scope="col">Status</th><th scope="col" class="number">last 10 s</th><th scope="col" class="number">in all</th></tr></thead>
    <tbody>${rows}</tbody>
  </table>${skipped}`;
}
