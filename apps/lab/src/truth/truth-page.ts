import {
  cellOf,
  isAsRecorded,
  MARK_LEGEND,
  outcomeMark,
  shortDialect,
  type TriedCell,
  type TruthCell,
  type TruthResult,
} from "@grpc-lb-lab/policies";
import { formatMs } from "@grpc-lb-lab/report";
import { html, htmlPage, type Markup } from "@grpc-lb-lab/report/html-page";
import { evidenceSection } from "./evidence-section.ts";
import { notesOf } from "./notes-of.ts";
import { verdict } from "./verdict.ts";

/** The table as one HTML file, with the evidence of each cell below it. */
export function truthPage(result: TruthResult): string {
  return htmlPage({
    title: "Who obeys?",
    header: header(result),
    main: [
      tableSection(result),
      ...notesOf(result).map(
        ({ title, lines }) =>
          html`<section><h3>${title}</h3><ul class="problems">${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`,
      ),
      ...result.policies.map((policy) => evidenceSection(policy, result.cells)),
      aboutSection(result),
    ],
  });
}

function header({ ok, cells, stage, startedAt, durationMs }: TruthResult): Markup {
  const tried = cells.filter(({ is }) => is === "tried");
  return html`<header>
<h1>Who obeys which traffic rule?</h1>
<p class="verdict"><span class="${ok ? "ok" : "bad"}">${ok ? "✓" : "✗"}</span> ${verdict(cells)}</p>
<p>${tried.length} of ${cells.length} cells were tried on the ${stage} stage.</p>
<p class="small quiet">${startedAt.slice(0, 16).replace("T", " ")} UTC, ${formatMs(durationMs)}</p>
</header>`;
}

function tableSection({ policies, columns, cells }: TruthResult): Markup {
  return html`<section class="comparison" aria-labelledby="table">
<h2 id="table">What came of each policy</h2>
<div class="scroll" role="region" aria-label="Outcomes" tabindex="0"><table>
<caption><span>A column is a mode, and the dialect in which it was asked. – : no dialect of the mode can say it. ${MARK_LEGEND}.</span></caption>
<thead><tr><th scope="col">policy</th>${columns.map(
    ({ mode, dialect }) => html`<th scope="col">${mode}<span class="experiment">${shortDialect(dialect)}</span></th>`,
  )}</tr></thead>
<tbody>${policies.map(
    ({ name }) =>
      html`<tr><th scope="row"><a href="#policy-${encodeURIComponent(name)}">${name}</a></th>${columns.map(
        ({ mode, dialect }) => tableCell(cellOf(cells, { mode, dialect, policy: name })),
      )}</tr>
`,
  )}</tbody></table></div>
</section>`;
}

function tableCell(cell: TruthCell | undefined): Markup {
  if (cell === undefined || cell.is === "not expressible") return html`<td class="quiet">–</td>`;
  if (cell.is === "skipped") return html`<td class="quiet">skipped</td>`;
  if (cell.is === "failed") return html`<td class="bad">✗&nbsp;failed</td>`;
  const time = html`<br><span class="small quiet">${formatMs(cell.durationMs)}</span>`;
  if (!isAsRecorded(cell)) return html`<td class="bad">✗&nbsp;${outcomeMark(cell)}${time}</td>`;
  return html`<td>${painted(cell)}${time}</td>`;
}

function painted(cell: TriedCell): Markup {
  return html`<span class="${cell.outcome === "obeyed" ? "ok" : "notice"}">${outcomeMark(cell)}</span>`;
}

function aboutSection({ versions, cells, stage }: TruthResult): Markup {
  const simulated = [...new Set(cells.flatMap((cell) => (cell.is === "tried" ? cell.simulated : [])))];
  const facts = [["stage", stage], ...Object.entries(versions), ["simulated", simulated.join("; ") || "nothing"]];
  return html`<section class="mode" aria-labelledby="about"><h2 id="about">How it was measured</h2>
<dl>${facts.map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`)}</dl>
</section>`;
}
