import type { Cell } from "../cell.ts";
import { type Comparison, type LimitedRun, type ModeRow, markNote, type Problem } from "../comparison.ts";
import type { FigureColumn } from "../figure-columns.ts";
import { html, type Markup } from "./markup.ts";
import { shareBar } from "./share-bar.ts";

/** All modes side by side in all figures of their runs, what differs, what was skipped, and one sentence per mode. */
export function comparisonSection(comparison: Comparison, severalFiles: boolean): Markup {
  const { columns, rows } = comparison;
  const note = markNote(comparison, severalFiles);
  return html`<section class="comparison" aria-labelledby="comparison">
<h2 id="comparison">The modes side by side</h2>
<div class="scroll" role="region" aria-label="Comparison of the modes" tabindex="0"><table>
<caption><span>${captionText(columns)}</span></caption>
<thead><tr><th scope="col">mode</th><th scope="col" class="balancer">who balances, from what</th>${columns.map(columnHead)}</tr></thead>
<tbody>${rows.map((row) => comparisonRow(row, columns, severalFiles))}</tbody></table></div>
${note === undefined ? undefined : html`<p class="small">${note}</p>`}
${limitedRunList(
  rows.flatMap(({ limitedRuns }) => limitedRuns),
  severalFiles,
)}
${problemList(
  rows.flatMap(({ problems }) => problems),
  severalFiles,
)}
<dl class="sentences">${rows
    .filter(({ summary }) => summary !== "")
    .map((row) => html`<dt>${row.mode}${fileNote(row.file, severalFiles)}</dt><dd>${row.summary}</dd>`)}</dl>
</section>`;
}

function captionText(columns: readonly FigureColumn[]): string {
  if (columns.length === 0) return "The results contain no figures to compare.";
  const explanations = new Set(columns.flatMap(({ explanation }) => explanation ?? []));
  return [...explanations, "Each column names the experiment of its figures below the heading."].join(" ");
}

function columnHead({ heading: [upper, lower], unit, experiment }: FigureColumn): Markup {
  const kind = unit === "calls by pod" ? undefined : html` class="number"`;
  const lines = upper === "" ? html`${lower}` : html`${upper}<br>${lower}`;
  return html`<th scope="col"${kind}>${lines}<span class="experiment">${experiment}</span></th>`;
}

function comparisonRow(row: ModeRow, columns: readonly FigureColumn[], severalFiles: boolean): Markup {
  const figures = row.cells.map((cell, index) => (columns[index]?.unit === "calls by pod" ? bar(cell) : figure(cell)));
  return html`<tr><th scope="row"><a href="#mode-${encodeURIComponent(row.mode)}">${row.mode}</a>${fileNote(row.file, severalFiles)}${verdict(row)}</th><td class="balancer">${row.balancer}<br><span class="quiet">from ${row.source}</span></td>${figures}</tr>
`;
}

function bar({ kind, pods, text }: Cell): Markup {
  const content = kind === "bar" ? shareBar(pods) : html`<span class="quiet">${text}</span>`;
  return html`<td class="bar">${content}</td>`;
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

function limitedRunList(runs: readonly LimitedRun[], severalFiles: boolean): Markup | undefined {
  if (runs.length === 0) return undefined;
  return html`<ul class="problems">${runs.map(
    ({ mode, experiment, file, text }) =>
      html`<li><span class="notice">!</span>&ensp;<strong>${mode} ${experiment}</strong>${fileNote(file, severalFiles)}: ${text}</li>`,
  )}</ul>`;
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
