import type { Phase, RunResult } from "@grpc-lb-lab/measure";
import { answeredOnlyMark, answeredOnlyNote } from "../answered-only.ts";
import { formatCount, formatMs, formatRate, formatSeconds } from "../format.ts";
import { html, type Markup } from "./markup.ts";
import { podTable } from "./share-bar.ts";

/** What had to come out, the bound, the figure, and whether it held. */
export function expectationTable({ expectations }: RunResult): Markup | undefined {
  if (expectations.length === 0) return undefined;
  const rows = expectations.map(
    ({ id, what, bound, measured, ok }) =>
      html`<tr><td class="${ok ? "ok" : "bad"}">${ok ? "✓ held" : "✗ failed"}</td><th scope="row">${what}<br><code class="quiet">${id}</code></th><td class="figure">${bound}</td><td class="figure ${ok ? "" : "bad"}">${measured}</td></tr>`,
  );
  return html`<div class="small">${table("Expectations", ["outcome", "what", "bound", "measured"], rows)}</div>`;
}

/** Every other figure of a run, folded; readable without scripts. Nothing for a run that has none. */
export function runDetails(run: RunResult): Markup | undefined {
  const parts = [
    run.pods.length > 0 ? podTable(run.pods) : undefined,
    run.calls.total > 0 ? callTable(run) : undefined,
    scheduleTable(run),
    run.calls.ok > 0 ? latencyTable(run) : undefined,
    errorTable(run),
    firstCallTable(run),
    phaseTable(run),
    eventTable(run),
    knobTable(run),
    namedList("Problems", run.problems),
    namedList("Simulated", run.simulated),
    run.calls.total > 0 ? clockNote(run) : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return html`<details><summary>All figures, events, settings${run.simulated.length > 0 ? ", what is simulated" : ""}</summary>${parts}</details>`;
}

function table(caption: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const head = heads.map((name) => html`<th scope="col">${name}</th>`);
  return html`<div class="scroll"><table><caption><h4>${caption}</h4></caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function figures(caption: string, entries: Readonly<Record<string, string>>): Markup {
  return table(caption, Object.keys(entries), [
    html`<tr>${Object.values(entries).map((value) => html`<td>${value}</td>`)}</tr>`,
  ]);
}

function callTable({ calls }: RunResult): Markup {
  const { total, ok, failed, warmUp, retries, hedges } = calls;
  const counts = { made: total, answered: ok, failed, "warm-up": warmUp, retries, hedges };
  return figures(
    "Calls",
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, formatCount(count)])),
  );
}

function scheduleTable({ schedule }: RunResult): Markup | undefined {
  if (schedule === undefined) return undefined;
  const { plannedPerSecond, achievedPerSecond, lagMs } = schedule;
  return figures("How the load kept its schedule", {
    "planned per second": formatRate(plannedPerSecond),
    "started per second": formatRate(achievedPerSecond),
    "lag p50": formatMs(lagMs.p50),
    p99: formatMs(lagMs.p99),
    max: formatMs(lagMs.max),
  });
}

function latencyTable({ latencyMs, calls }: RunResult): Markup {
  const { p50, p90, p95, p99, p999, max, mean } = latencyMs;
  const times = { p50, p90, ...(p95 === undefined ? {} : { p95 }), p99, "p99.9": p999, max, mean };
  const mark = answeredOnlyMark(calls);
  const shown = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, `${formatMs(ms)}${mark}`]));
  const note = answeredOnlyNote(calls);
  return figures(`Latency from the intended start${note === undefined ? "" : ` (${note})`}`, shown);
}

function errorTable({ errors }: RunResult): Markup | undefined {
  if (errors.length === 0) return undefined;
  const rows = errors.map(
    ({ code, count, firstMessage }) =>
      html`<tr><th scope="row" class="bad">${code}</th><td>${formatCount(count)}</td><td><code>${firstMessage}</code></td></tr>`,
  );
  return table("Failed calls", ["status", "calls", "first message"], rows);
}

function firstCallTable({ timeToFirstCallMs }: RunResult): Markup | undefined {
  if (timeToFirstCallMs.length === 0) return undefined;
  const rows = timeToFirstCallMs.map(
    ({ pod, ms }) =>
      html`<tr><th scope="row">${pod}</th><td>${ms === null ? "none within the run" : formatMs(ms)}</td></tr>`,
  );
  return table("From readiness to the first answered call", ["pod", "time"], rows);
}

function phaseTable({ phases }: RunResult): Markup | undefined {
  if (phases.length === 0) return undefined;
  const rows = phases.map(
    ({ name, fromMs, toMs, failed, latencyMs }) =>
      html`<tr><th scope="row">${name}</th><td>${formatSeconds(fromMs)}</td><td>${formatSeconds(toMs)}</td><td>${formatCount(failed)}</td>${percentileCells(latencyMs)}</tr>`,
  );
  return table("Phases", ["phase", "from", "to", "failed calls", "p50", "p90", "p99"], rows);
}

/** Empty where no call was answered, or the file is older. */
function percentileCells(latencyMs: Phase["latencyMs"]): Markup[] {
  const isKnown = (latencyMs?.calls ?? 0) > 0;
  return (["p50", "p90", "p99"] as const).map(
    (name) => html`<td>${isKnown ? formatMs(latencyMs?.[name] ?? 0) : ""}</td>`,
  );
}

function eventTable({ events }: RunResult): Markup | undefined {
  if (events.length === 0) return undefined;
  const rows = events.map(
    ({ atMs, kind, pod, detail }) =>
      html`<tr><td>${formatSeconds(atMs)}</td><th scope="row">${kind}</th><td>${pod}</td><td>${detail}</td></tr>`,
  );
  return table("Events since the load began", ["at", "event", "pod", "detail"], rows);
}

function knobTable({ knobs }: RunResult): Markup | undefined {
  if (knobs.length === 0) return undefined;
  const rows = knobs.map((knob) => {
    const changed = knob.value !== knob.default;
    return html`<tr class="${changed ? "changed" : ""}"><th scope="row"><code>${knob.name}</code></th><td>${String(knob.value)}</td><td>${String(knob.default)}</td><td>${changed ? "changed" : ""}${knob.reason ? `${changed ? ": " : ""}${knob.reason}` : ""}</td></tr>`;
  });
  return table("Settings and their defaults", ["setting", "this run", "default", "why"], rows);
}

function namedList(title: string, items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<h4>${title}</h4><ul>${items.map((what) => html`<li>${what}</li>`)}</ul>`;
}

function clockNote({ clock, stage, durationMs }: RunResult): Markup {
  return html`<p class="quiet">Ran for ${formatSeconds(durationMs)} on the ${stage} stage. The load’s clock differed from the lab’s by ${formatMs(clock.offsetMs)}, ± ${formatMs(clock.uncertaintyMs)}.</p>`;
}
