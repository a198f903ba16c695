import * as Plot from "@observablehq/plot";
import type { NamedResult } from "../comparison.ts";
import { type CurveChart, type CurveLine, curveCharts, pointText } from "../curves.ts";
import { POD_COLOR_COUNT } from "../palette.ts";
import { html, type Markup } from "./markup.ts";
import { svgChart } from "./svg-chart.ts";

const HEIGHT = 220;

/** What runs show as lines: for each such figure a chart with a line for each run, and its numbers. Nothing where no run has any. */
export function curveSection(results: readonly NamedResult[], severalFiles: boolean): Markup | undefined {
  const charts = curveCharts(results);
  if (charts.length === 0) return undefined;
  return html`<section class="comparison" aria-labelledby="curves">
<h2 id="curves">How figures grow</h2>
${charts.map((chart, index) => figure(chart, `curve-${index}`, severalFiles))}
</section>`;
}

function figure(chart: CurveChart, id: string, severalFiles: boolean): Markup {
  const { experiment, title, xs } = chart;
  const heads = xs.map((x) => html`<th scope="col" class="number">${x}</th>`);
  return html`<figure class="curve"><figcaption>${title} (${experiment})</figcaption>${draw(chart, id)}</figure>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<thead><tr><th scope="col">${chart.y.label} by ${chart.x.label}</th>${heads}</tr></thead>
<tbody>${chart.lines.map((line, index) => row(line, index, chart, severalFiles))}</tbody></table></div>`;
}

function draw({ lines, xs, x, y, title, experiment }: CurveChart, id: string): Markup {
  const points = lines.flatMap(({ values }, index) =>
    [...values].flatMap(([at, value]) =>
      value === null ? [] : [{ x: at, y: value, run: index, color: String(index % POD_COLOR_COUNT) }],
    ),
  );
  const keys = Array.from({ length: POD_COLOR_COUNT }, (_, index) => String(index));
  const marks = { x: "x", y: "y", stroke: "color" } as const;
  return svgChart(
    {
      height: HEIGHT,
      marginBottom: 36,
      x: {
        // By doubling: of base 10 the axis would leave labels out.
        ...(x.isLogarithmic ? { type: "log", base: 2 } : { type: "linear" }),
        label: x.label,
        labelArrow: "none",
        ticks: [...xs],
        tickFormat: "d",
      },
      y: { label: null, zero: true, ticks: 5 },
      color: { domain: keys, range: keys.map((key) => `var(--pod-${key})`) },
      marks: [
        Plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 0.75 }),
        ...[false, true].map((dashed) =>
          Plot.line(points, {
            ...marks,
            z: "run",
            strokeWidth: 1.5,
            filter: ({ run }: { readonly run: number }) => run >= POD_COLOR_COUNT === dashed,
            ...(dashed ? { strokeDasharray: "4 3" } : {}),
          }),
        ),
        Plot.dot(points, { ...marks, fill: "color", r: 2.5 }),
      ],
    },
    { id, title: `${title}, ${experiment}`, description: lines.map((line) => inWords(line, y)).join(" ") },
  );
}

function inWords({ mode, values }: CurveLine, { label, unit }: CurveChart["y"]): string {
  const [first = [], last = []] = [[...values].at(0), [...values].at(-1)];
  return `${mode}: ${label} from ${pointText(first[1], unit)} at ${first[0]} to ${pointText(last[1], unit)} at ${last[0]}.`;
}

function row({ mode, file, values }: CurveLine, index: number, { xs, y }: CurveChart, severalFiles: boolean): Markup {
  // Who comes after the last colour has the first again, and a dashed line.
  const dashed = index < POD_COLOR_COUNT ? "" : " dashed";
  const chip = html`<span class="chip pod-${index % POD_COLOR_COUNT}${dashed}" aria-hidden="true"></span>`;
  const note = severalFiles ? html` <span class="small quiet">${file}</span>` : undefined;
  const cells = xs.map((x) => html`<td class="number">${pointText(values.get(x), y.unit)}</td>`);
  return html`<tr><th scope="row">${chip}${mode}${note}</th>${cells}</tr>
`;
}
