import type { NamedResult } from "../comparison.ts";
import { html, type Markup } from "./markup.ts";
import { runCard } from "./run-card.ts";

/** One mode: who balances and from what, then its runs, result by result. */
export function modeSection(
  mode: string,
  results: readonly NamedResult[],
  latencyRange: readonly [number, number] | undefined,
): Markup {
  const anchor = `mode-${encodeURIComponent(mode)}`;
  const about = results.flatMap(({ result }) => result.modes).find((candidate) => candidate.mode === mode);
  const groups = results.map(({ name, result }, file) => {
    const runs = result.runs.filter((run) => run.mode === mode);
    if (runs.length === 0) return undefined;
    const cards = runs.map((run, index) => runCard(run, latencyRange, `${anchor}-${file}-${index}`));
    return html`${results.length > 1 ? html`<p class="quiet">${name}</p>` : undefined}<div class="runs">${cards}</div>`;
  });
  return html`<section class="mode" aria-labelledby="${anchor}">
<header><h2 id="${anchor}">${mode}</h2><p class="quiet">Balanced by ${about?.balancer}, from ${about?.source}.</p></header>
${groups}
</section>`;
}
