import type { Result } from "@grpc-lb-lab/measure";
import type { NamedResult } from "../comparison.ts";
import { formatCount, formatSeconds } from "../format.ts";
import { html, type Markup } from "./markup.ts";

/** Where, when and with what the results were made, what was simulated, and all options. */
export function aboutSection(results: readonly NamedResult[]): Markup {
  const severalFiles = results.length > 1;
  return html`<section class="mode" aria-labelledby="about"><h2 id="about">How it was measured</h2>
${results.map(
  ({ name, result }) =>
    html`${severalFiles ? html`<h3>${name}</h3>` : undefined}<dl>${facts(result).map(
      ([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`,
    )}</dl>`,
)}
<p class="small quiet">Latency counts from the intended start of a call, so a stalled server is not hidden. No other figure includes warm-up calls. The latency charts have a logarithmic horizontal axis and a square-root vertical axis, which shows the few slow calls; all charts have the same range.</p>
</section>`;
}

function facts(result: Result): [string, string | Markup][] {
  const { environment: it } = result;
  const simulated = [...new Set(result.runs.flatMap((run) => run.simulated))];
  return [
    ["began", result.startedAt],
    ["took", formatSeconds(result.durationMs)],
    ["stages", [...new Set(result.runs.map(({ stage }) => stage))].join(", ") || "none"],
    ["seed", String(result.seed)],
    ["options", html`<code>${optionsText(result.options)}</code>`],
    ["simulated", simulated.join("; ") || "nothing"],
    ["lab", it.lab],
    ["Node.js", it.node],
    ["grpc-js", `${it.grpcJs}, xDS ${it.grpcJsXds}`],
    ["Envoy", it.envoy ?? "none"],
    ["machine", `${it.os}, ${it.cpus} × ${it.cpuModel}, ${formatCount(it.memoryMiB)} MiB`],
  ];
}

function optionsText(options: Result["options"]): string {
  const texts = Object.entries(options).map(([name, value]) => `${name}=${String(value)}`);
  return texts.join("  ") || "none";
}
