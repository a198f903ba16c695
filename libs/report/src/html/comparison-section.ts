import type { Cell, ModeRow, Problem } from "../comparison.ts";
import { html, type Markup } from "./markup.ts";
import { shareBar } from "./share-bar.ts";

/** All modes side by side, what differs, what was skipped, and one sentence per mode. */
export function comparisonSection(rows: readonly ModeRow[], severalFiles: boolean): Markup {
  return html`<section class="comparison" aria-labelledby="comparison">
<h2 id="comparison">The modes side by side</h2>
<div class="scroll" role="region" aria-label="Comparison of the modes" tabindex="0"><table>
<caption><span>Evenness is Jain’s index: 1 is even, 1/n is one pod of n. Share and latency come from <em>share</em>, the slowest new pod’s first call from <em>scale-up</em>.</span></caption>
<thead><tr><th scope="col">mode</th><th scope="col" class="balancer">who balances, from what</th><th scope="col">share of each pod</th><th scope="col" class="number">evenness</th><th scope="col" class="number">new pods’<br>first call</th><th scope="col" class="number">failed calls<br>after a crash</th><th scope="col" class="number">failed calls<br>in a rollout</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th></tr></thead>
<tbody>${rows.map((row) => comparisonRow(row, severalFiles))}</tbody></table></div>
${problemList(
  rows.flatMap(({ problems }) => problems),
  severalFiles,
)}
<dl class="sentences">${rows
    .filter(({ summary }) => summary !== "")
    .map((row) => html`<dt>${row.mode}${fileNote(row.file, severalFiles)}</dt><dd>${row.summary}</dd>`)}</dl>
</section>`;
}

function comparisonRow(row: ModeRow, severalFiles: boolean): Markup {
  const { share, evenness, newPods, crash, rollout, p50, p99 } = row.cells;
  const bar = row.share === undefined ? html`<span class="quiet">${share.text}</span>` : shareBar(row.share.pods);
  const figures = [evenness, newPods, crash, rollout, p50, p99].map(figure);
  return html`<tr><th scope="row"><a href="#mode-${encodeURIComponent(row.mode)}">${row.mode}</a>${fileNote(row.file, severalFiles)}${verdict(row)}</th><td class="balancer">${row.balancer}<br><span class="quiet">from ${row.source}</span></td><td class="bar">${bar}</td>${figures}</tr>
`;
}

function figure(cell: Cell): Markup {
  if (cell.kind !== "value") return html`<td class="number quiet">${cell.text}</td>`;
  return cell.failed ? html`<td class="number bad">✗ ${cell.text}</td>` : html`<td class="number">${cell.text}</td>`;
}

function verdict({ verdict: kind, problems }: ModeRow): Markup {
  if (kind === "as-expected") return html`<span class="small ok">✓ as expected</span>`;
  if (kind !== "differs") return html`<span class="small quiet">${kind === "skipped" ? "skipped" : "not run"}</span>`;
  const experiments = problems.filter((problem) => problem.kind !== "skipped").map(({ experiment }) => experiment);
  return html`<span class="small bad">✗ ${[...new Set(experiments)].join(", ")}</span>`;
}

function fileNote(file: string, severalFiles: boolean): Markup | undefined {
  return severalFiles ? html` <span class="small quiet">${file}</span>` : undefined;
}

function problemList(problems: readonly Problem[], severalFiles: boolean): Markup | undefined {
  if (problems.length === 0) return undefined;
  return html`<ul class="problems">${problems.map((problem) => problemItem(problem, severalFiles))}</ul>`;
}

function problemItem({ kind, mode, experiment, file, expectation, reason }: Problem, severalFiles: boolean): Markup {
  const where = html`<strong>${mode} ${experiment}</strong>${fileNote(file, severalFiles)}`;
  if (expectation !== undefined) {
    const { id, what, bound, measured } = expectation;
    return html`<li><span class="bad">✗</span>&ensp;${where}: <code>${id}</code>, ${what}: expected ${bound}, <span class="bad">measured ${measured}</span></li>`;
  }
  if (kind === "skipped") return html`<li class="quiet">–&ensp;${where}: skipped: ${reason}</li>`;
  return html`<li><span class="bad">✗</span>&ensp;${where}: not finished: ${reason}</li>`;
}
