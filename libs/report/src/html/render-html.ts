import { compare, type NamedResult, needFileNames, tally } from "../comparison.ts";
import { formatSeconds } from "../format.ts";
import { prices } from "../price.ts";
import { aboutSection } from "./about-section.ts";
import { comparisonSection } from "./comparison-section.ts";
import { curveSection } from "./curve-section.ts";
import { htmlPage } from "./html-page.ts";
import { latencyDomain } from "./latency-chart.ts";
import { html, type Markup } from "./markup.ts";
import { modeSection } from "./mode-section.ts";
import { priceSection } from "./price-section.ts";

/**
 * A report as one HTML file: no script, nothing from the network, every figure as text, light and dark. Results are shown side by
 * side under their names; everything from a file is escaped.
 * @throws Error when a run's histogram cannot be decoded; {@link readResultFile} refuses such files.
 */
export function renderHtml(results: readonly NamedResult[]): string {
  const comparison = compare(results);
  const severalFiles = needFileNames(comparison.rows);
  const modes = [
    ...new Set(results.flatMap(({ result }) => [...result.modes, ...result.runs].map(({ mode }) => mode))),
  ];
  const latencyRange = latencyDomain(results.flatMap(({ result }) => result.runs));
  return htmlPage({
    title: headline(results),
    header: header(results),
    main: [
      comparisonSection(comparison, severalFiles),
      curveSection(results, severalFiles),
      priceSection(prices(results, severalFiles), severalFiles),
      ...modes.map((mode) => modeSection(mode, results, latencyRange)),
      aboutSection(results),
    ],
  });
}

function header(results: readonly NamedResult[]): Markup {
  const { runs, skipped, failedRuns, limitedRuns, expectations, failedExpectations } = tally(results);
  const held = `${expectations - failedExpectations} of ${expectations} expectations held in ${runs} ${runs === 1 ? "run" : "runs"}`;
  const fine = failedRuns === 0 && runs > 0;
  const limited =
    limitedRuns === 0
      ? undefined
      : html`<p><span class="notice">The client was the limit in ${limitedRuns} of ${runs} ${runs === 1 ? "run" : "runs"}</span>: their latency tells of the client rather than of the mode.</p>`;
  const made = results.map(({ name, result }) => {
    const label = results.length > 1 ? `${name}: ` : "";
    return html`<p class="small quiet">${label}${result.startedAt.slice(0, 16).replace("T", " ")} UTC, ${formatSeconds(result.durationMs)}, ${result.environment.cpus} CPUs, Node.js ${result.environment.node}, grpc-js ${result.environment.grpcJs}, seed ${result.seed}</p>`;
  });
  return html`<header>
<h1>How gRPC calls spread over the pods of a Kubernetes Service</h1>
<p class="verdict"><span class="${fine ? "ok" : "bad"}">${fine ? "✓" : "✗"}</span> ${headline(results)}</p>
<p>${held}${skipped > 0 ? `; ${skipped} ${skipped === 1 ? "run was" : "runs were"} skipped` : ""}.</p>
${limited}
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
