import {
  columnName,
  isAsRecorded,
  type TriedCell,
  type TruthCell,
  type TruthResult,
  trialAppText,
} from "@grpc-lb-lab/policies";
import { formatMs } from "@grpc-lb-lab/report";
import { html, type Markup } from "@grpc-lb-lab/report/html-page";
import { shortfall } from "./truth-runs.ts";

/** What a policy asks, and of each cell that was tried what was asked, who refused, and the figures with their bounds. */
export function evidenceSection(
  { name, title, asks, source }: TruthResult["policies"][number],
  cells: readonly TruthCell[],
): Markup {
  const tried = cells.flatMap((cell) => (cell.is === "tried" && cell.policy === name ? [cell] : []));
  return html`<section class="mode" aria-labelledby="policy-${encodeURIComponent(name)}">
<h2 id="policy-${encodeURIComponent(name)}">${name}</h2>
<p>${title}: ${asks} (<a href="${source}">as ${new URL(source).hostname} defines it</a>)</p>
${tried.map(cellDetails)}
</section>`;
}

function cellDetails(cell: TriedCell): Markup {
  const wrong = shortfall(cell);
  return html`<details><summary>${columnName(cell)}: ${cell.outcome}${besideRecord(cell)} in ${formatMs(cell.durationMs)}: ${cell.words}</summary>
${wrong === undefined ? undefined : html`<p class="bad">${wrong}</p>`}
${expectationTable(cell)}
${trialAppText(cell.app) === undefined ? undefined : html`<p>${trialAppText(cell.app)}</p>`}
${[...cell.refusals.map(({ by, reason }) => `${by}: ${reason}`), ...cell.problems].map((line) => html`<p>${line}</p>`)}
<p>What was asked:</p><pre><code>${cell.asked}</code></pre>
${(cell.echoed ?? []).map(
  ({ pod, version, text }) =>
    html`<p>The first answer of ${pod}, version ${version}:</p><pre><code>${text}</code></pre>`,
)}
</details>`;
}

function besideRecord(cell: TriedCell): string {
  if (cell.recorded === undefined) return ", which is not recorded,";
  return isAsRecorded(cell) ? ", as recorded," : ", not as recorded,";
}

function expectationTable({ expectations }: TriedCell): Markup | undefined {
  if (expectations.length === 0) return undefined;
  return html`<table><caption>The bounds by which it was judged</caption>
<thead><tr><th scope="col">what</th><th scope="col">bound</th><th scope="col">measured</th></tr></thead>
<tbody>${expectations.map(
    ({ what, bound, measured, ok }) =>
      html`<tr><th scope="row">${what}</th><td>${bound}</td><td class="${ok ? "ok" : "bad"}">${measured}</td></tr>`,
  )}</tbody></table>`;
}
