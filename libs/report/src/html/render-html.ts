import { compare, type NamedResult, needFileNames, tally } from "../comparison.ts";
import { formatSeconds } from "../format.ts";
import { prices } from "../price.ts";
import { aboutSection } from "./about-section.ts";
import { comparisonSection } from "./comparison-section.ts";
import { latencyDomain } from "./latency-chart.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { modeSection } from "./mode-section.ts";
import { priceSection } from "./price-section.ts";
import { styleSheet } from "./style.ts";

/**
 * A report as one HTML file: no script, nothing from the network, every figure as text, light and dark. Results are shown side by
 * side under their names; everything from a file is escaped.
 * @throws Error when a run's histogram cannot be decoded; {@link readResultFile} refuses such files.
 */
export function renderHtml(results: readonly NamedResult[]): string {
  const rows = compare(results);
  const modes = [
    ...new Set(results.flatMap(({ result }) => [...result.modes, ...result.runs].map(({ mode }) => mode))),
  ];
  const latencyRange = latencyDomain(results.flatMap(({ result }) => result.runs));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="grpc-lb-lab">
<title>${headline(results)} · gRPC load balancing</title>
<style>${trusted(styleSheet())}</style>
</head>
<body>
${header(results)}
<main>
${comparisonSection(rows, needFileNames(rows))}
${priceSection(prices(results), needFileNames(rows))}
${modes.map((mode) => modeSection(mode, results, latencyRange))}
${aboutSection(results)}
</main>
</body>
</html>
`;
  return page.toString();
}

function header(results: readonly NamedResult[]): Markup {
  const { runs, skipped, failedRuns, expectations, failedExpectations } = tally(results);
  const held = `${expectations - failedExpectations} of ${expectations} expectations held in ${runs} ${runs === 1 ? "run" : "runs"}`;
  const fine = failedRuns === 0 && runs > 0;
  const made = results.map(({ name, result }) => {
    const label = results.length > 1 ? `${name}: ` : "";
    return html`<p class="small quiet">${label}${result.startedAt.slice(0, 16).replace("T", " ")} UTC, ${formatSeconds(result.durationMs)}, ${result.environment.cpus} CPUs, Node.js ${result.environment.node}, grpc-js ${result.environment.grpcJs}, seed ${result.seed}</p>`;
  });
  return html`<header>
<h1>How gRPC calls spread over the pods of a Kubernetes Service</h1>
<p class="verdict"><span class="${fine ? "ok" : "bad"}">${fine ? "✓" : "✗"}</span> ${headline(results)}</p>
<p>${held}${skipped > 0 ? `; ${skipped} ${skipped === 1 ? "run was" : "runs were"} skipped` : ""}.</p>
${made}
</header>`;
}

/** The verdict over everything in a few words. */
function headline(results: readonly NamedResult[]): string {
  const { runs, failedRuns } = tally(results);
  if (runs === 0) return "Nothing was measured";
  if (failedRuns === 0) return "Every mode did what was expected";
  return `${failedRuns} of ${runs} ${runs === 1 ? "run" : "runs"} did not come out as expected`;
}
