import type { RunResult } from "@grpc-lb-lab/measure";
import { answeredOnlyMark, answeredOnlyNote } from "../answered-only.ts";
import { clientLimitText } from "../client-limit.ts";
import { greatest, least } from "../extremes.ts";
import { formatCount, formatEvenness, formatMs } from "../format.ts";
import { latencyChart } from "./latency-chart.ts";
import { html, type Markup } from "./markup.ts";
import { expectationTable, runDetails } from "./run-details.ts";
import { podChips } from "./share-bar.ts";
import { timelineChart } from "./timeline-chart.ts";

/** One experiment under one mode: what came out, the timeline, the latency, and everything else folded. `id` is unique on the page. */
export function runCard(run: RunResult, latencyRange: readonly [number, number] | undefined, id: string): Markup {
  const made = run.calls.total > 0;
  return html`<article class="run" aria-labelledby="${id}">
<header><h3 id="${id}">${run.experiment}</h3>${status(run)}</header>
${run.summary === "" ? undefined : html`<p class="small">${run.summary}</p>`}
${run.reason ? html`<p class="small ${run.status === "skipped" ? "quiet" : "bad"}">${run.reason}</p>` : undefined}
${clientLimit(run)}
${timelineChart(run, `${id}-timeline`)}
${made ? podChips(run.pods) : undefined}
${made ? keyFigures(run) : undefined}
${latencyChart(run, latencyRange, `${id}-latency`)}
${expectationTable(run)}
${runDetails(run)}
</article>`;
}

function status({ status: outcome, expectations }: RunResult): Markup {
  const held = expectations.filter(({ ok }) => ok).length;
  const of = expectations.length > 0 ? `, ${held} of ${expectations.length} held` : "";
  if (outcome === "passed") return html`<span class="small ok">✓ passed${of}</span>`;
  if (outcome === "failed") return html`<span class="small bad">✗ failed${of}</span>`;
  return html`<span class="small quiet">skipped</span>`;
}

function clientLimit(run: RunResult): Markup | undefined {
  const text = clientLimitText(run);
  return text === undefined ? undefined : html`<p class="small notice">! ${text}</p>`;
}

function keyFigures({ calls, evenness, latencyMs, timeToFirstCallMs }: RunResult): Markup {
  const mark = answeredOnlyMark(calls);
  const note = answeredOnlyNote(calls);
  const figures = [
    `${formatCount(calls.total)} calls`,
    `${formatCount(calls.failed)} failed`,
    `evenness ${formatEvenness(evenness)}`,
    ...(calls.ok > 0 ? [`p50 ${formatMs(latencyMs.p50)}${mark}`, `p99 ${formatMs(latencyMs.p99)}${mark}`] : []),
    ...firstCallText(timeToFirstCallMs),
  ];
  return html`<p class="small quiet">${figures.join(" · ")}${note === undefined ? undefined : html`<br>${note}`}</p>`;
}

/** `new pods’ first calls after 14.2 ms to 51.4 ms, 2 never`, as far as there are any. */
function firstCallText(times: RunResult["timeToFirstCallMs"]): string[] {
  if (times.length === 0) return [];
  const known = times.map(({ ms }) => ms).filter((ms) => ms !== null);
  if (known.length === 0) return ["new pods got no call"];
  const [fastest, slowest] = [formatMs(least(known)), formatMs(greatest(known))];
  const never = known.length < times.length ? `, ${times.length - known.length} never` : "";
  return [`new pods’ first calls after ${fastest === slowest ? fastest : `${fastest} to ${slowest}`}${never}`];
}
