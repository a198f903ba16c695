import { DARK_THEME, LIGHT_THEME, POD_COLOR_COUNT, podColor, type Theme } from "../palette.ts";

/** The whole style of a report: no font, image or sheet from elsewhere. Colours come as custom properties, twice: light and dark. */
export function styleSheet(): string {
  const pods = Array.from({ length: POD_COLOR_COUNT }, (_, index) => index);
  const podClasses = pods.map((index) => `.pod-${index} { background: var(--pod-${index}); }`);
  return [
    `:root { color-scheme: light dark; ${variables(LIGHT_THEME, "light")} }`,
    `@media (prefers-color-scheme: dark) { :root { ${variables(DARK_THEME, "dark")} } }`,
    RULES,
    ...podClasses,
  ].join("\n");
}

function variables(theme: Theme, scheme: "light" | "dark"): string {
  const pods = Array.from({ length: POD_COLOR_COUNT }, (_, index) => [`pod-${index}`, podColor(index)[scheme]]);
  return [...Object.entries(theme), ...pods].map(([name, color]) => `--${name}: ${color};`).join(" ");
}

const RULES = `
:root { --bar: color-mix(in srgb, var(--muted) 65%, var(--paper)); }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.15rem; font-weight: 500; color: var(--muted); margin: 0; }
h2 { font-size: 1.35rem; font-weight: 600; margin: 0; }
h3 { font-size: 1rem; font-weight: 600; margin: 0; }
h4 { font-size: 0.8125rem; font-weight: 600; margin: 1.25rem 0 0.375rem; color: var(--muted); }
p { margin: 0.375rem 0; max-width: 46rem; }
a { color: inherit; text-underline-offset: 0.2em; text-decoration-color: var(--muted); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.verdict { font-size: clamp(1.5rem, 4vw, 2.1rem); font-weight: 600; line-height: 1.2; letter-spacing: -0.01em; margin: 0.25rem 0 0.5rem; max-width: none; text-wrap: balance; }
.ok { color: var(--passed); } .bad { color: var(--failed); } .quiet { color: var(--muted); }
.notice { background: var(--highlight); box-shadow: 0 0 0 0.2em var(--highlight); }
.small { font-size: 0.875rem; }
section { margin-top: 2.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
caption { text-align: left; color: var(--muted); padding: 0 0 0.5rem; font-size: 0.875rem; }
caption span { display: block; position: sticky; left: 0; max-width: min(74rem, calc(100vw - 2rem)); }
th, td { text-align: left; vertical-align: baseline; padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--muted); font-weight: 500; font-size: 0.8125rem; line-height: 1.25; vertical-align: bottom; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.figure { min-width: 6rem; }
td.number:last-child, th.number:last-child { padding-right: 0; }
.comparison table { min-width: 56rem; }
.comparison tbody th { position: sticky; left: 0; background: var(--paper); white-space: nowrap; }
.comparison th .small { font-weight: 400; display: block; }
.comparison th .experiment { font-weight: 400; font-style: italic; white-space: nowrap; display: block; }
.comparison .balancer { min-width: 11rem; }
.comparison td.bar { width: 24%; vertical-align: middle; }
.pods-bar { display: flex; height: 0.875rem; min-width: 7rem; gap: 1px; }
.pods-bar span { min-width: 2px; }
ul.problems { list-style: none; padding: 0; margin: 1rem 0; font-size: 0.9375rem; }
ul.problems li { padding: 0.2rem 0 0.2rem 1.5em; text-indent: -1.5em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.25rem; margin: 0.75rem 0; font-size: 0.9375rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.mode { border-top: 2px solid var(--ink); padding-top: 0.75rem; }
.mode header { margin-bottom: 1.25rem; }
.runs { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2.25rem 2.5rem; align-items: start; }
.run { min-width: 0; }
.run header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin: 0; }
figure { margin: 1rem 0 0; overflow-x: auto; }
figcaption { font-size: 0.8125rem; color: var(--muted); margin-bottom: 0.25rem; position: sticky; left: 0; }
.chart { display: block; width: 100%; min-width: 27rem; height: auto; color: var(--muted); font-family: inherit; overflow: visible; }
.chart text { font-size: 11px; }
.chips { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; list-style: none; padding: 0; margin: 0.5rem 0 0; font-size: 0.8125rem; }
.chip { display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.4em; }
.chip.dashed { height: 0.25em; margin-bottom: 0.2em; }
figure.curve { max-width: 36rem; }
details { margin-top: 0.5rem; font-size: 0.875rem; }
summary { cursor: pointer; color: var(--muted); padding: 0.25rem 0; }
summary:hover { color: var(--ink); }
details table { font-size: 0.8125rem; }
details td, details th { overflow-wrap: anywhere; }
tr.changed td, tr.changed th { background: var(--highlight); }
tr.changed th { box-shadow: -0.5rem 0 var(--highlight); }
details ul { padding-left: 1.1rem; margin: 0.25rem 0; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
pre { overflow-x: auto; }
@media (max-width: 60rem) { .runs { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 3rem; }
  .comparison .balancer { display: none; } .comparison table { min-width: 44rem; }
  .sentences { grid-template-columns: 1fr; gap: 0; } .sentences dd { margin-bottom: 0.5rem; }
}
@media print { details::details-content { content-visibility: visible; height: auto; } body { max-width: none; } .run { break-inside: avoid; } }
`;
