import type { PodCalls } from "@grpc-lb-lab/measure";
import { formatCount, formatShare } from "../format.ts";
import { POD_COLOR_COUNT } from "../palette.ts";
import { html, type Markup } from "./markup.ts";

/** The class that gives an element the colour of the pod at `index`. */
export function podClass(index: number): string {
  return `pod-${index % POD_COLOR_COUNT}`;
}

/** The shares of `pods` as one bar, the same in words for those who cannot see it. */
export function shareBar(pods: readonly PodCalls[]): Markup {
  const total = totalCalls(pods);
  const words = pods.map(({ pod, calls }) => `${pod} ${formatShare(calls, total)}`).join(", ");
  const parts = pods.map(({ calls }, index) =>
    calls > 0 ? html`<span class="${podClass(index)}" style="flex:${calls}"></span>` : undefined,
  );
  return html`<div class="pods-bar" role="img" aria-label="${words}" title="${words}">${parts}</div>`;
}

/** Pods with their colours, shares and calls: the key of the timeline above it. */
export function podChips(pods: readonly PodCalls[]): Markup {
  const total = totalCalls(pods);
  const chips = pods.map(
    ({ pod, calls }, index) =>
      html`<li><span class="chip ${podClass(index)}"></span>${pod} ${formatShare(calls, total)}</li>`,
  );
  return html`<ul class="chips" aria-label="Share of each pod">${chips}</ul>`;
}

/** Calls per pod in figures. */
export function podTable(pods: readonly PodCalls[]): Markup {
  const total = totalCalls(pods);
  const rows = pods.map(
    ({ pod, zone, version, calls }, index) =>
      html`<tr><th scope="row"><span class="chip ${podClass(index)}"></span>${pod}</th><td>${zone}</td><td>${version}</td><td class="number">${formatCount(calls)}</td><td class="number">${formatShare(calls, total)}</td></tr>`,
  );
  return html`<table><caption><h4>Calls per pod</h4></caption><thead><tr><th scope="col">pod</th><th scope="col">zone</th><th scope="col">version</th><th scope="col" class="number">calls</th><th scope="col" class="number">share</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function totalCalls(pods: readonly PodCalls[]): number {
  return pods.reduce((sum, { calls }) => sum + calls, 0);
}
