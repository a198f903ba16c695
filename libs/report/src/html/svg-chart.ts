import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Markup, trusted } from "./markup.ts";

/** Width of every chart in user units; the page scales it. */
export const CHART_WIDTH = 560;
/** Space left and right of the plotted area. */
export const CHART_MARGIN = { left: 46, right: 14 } as const;

/** What a chart is called where it cannot be seen. `id` is unique on the page. */
export interface ChartWords {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Draws a plot without a browser: an SVG with a title and a description, its colours left to the page's custom properties. */
export function svgChart(options: Plot.PlotOptions, { id, title, description }: ChartWords): Markup {
  const { document } = parseHTML("<html></html>");
  const svg = Plot.plot({
    width: CHART_WIDTH,
    marginLeft: CHART_MARGIN.left,
    marginRight: CHART_MARGIN.right,
    className: "chart",
    ...options,
    document,
  });
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const labelled of svg.querySelectorAll("g[aria-label]")) labelled.removeAttribute("aria-label");
  svg.removeAttribute("font-family");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-desc`);
  const named = [
    ["title", title],
    ["desc", description],
  ] as const;
  const elements = named.map(([tag, text]) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    element.setAttribute("id", `${id}-${tag}`);
    element.textContent = text;
    return element;
  });
  svg.prepend(...elements);
  return trusted(svg.outerHTML);
}
