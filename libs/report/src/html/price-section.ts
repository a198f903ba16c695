import { isPublished, type PriceRow } from "../price.ts";
import { html, type Markup } from "./markup.ts";

/** What calls cost under each mode, where runs were metered, and what Istio has published. */
export function priceSection(rows: readonly PriceRow[], severalFiles: boolean): Markup | undefined {
  if (rows.length === 0) return undefined;
  return html`<section class="comparison" aria-labelledby="price">
<h2 id="price">The price of a call</h2>
<div class="scroll" role="region" aria-label="What calls cost under each mode" tabindex="0"><table>
<caption><span>CPU time of all containers of a kind in ms per 1,000 calls, which is as many mCPU at 1,000 calls per second, with what they take when idle. “Beside” is the proxy or agent in the same pod. Memory is the working set of one. Istio’s figures are from <a href="https://istio.io/latest/blog/2021/proxyless-grpc/">its announcement of proxyless gRPC</a>, and leave the applications out.</span></caption>
<thead><tr><th scope="col">mode</th><th scope="col">mTLS</th><th scope="col" class="number">client</th><th scope="col" class="number">beside<br>the client</th><th scope="col" class="number">servers</th><th scope="col" class="number">beside<br>the servers</th><th scope="col" class="number">proxy<br>between</th><th scope="col" class="number">memory of a<br>proxy, MiB</th><th scope="col" class="number">p50</th><th scope="col" class="number">p50 beside<br>headless</th></tr></thead>
<tbody>${rows.map((row) => priceRow(row, severalFiles))}</tbody></table></div>
</section>`;
}

function priceRow(row: PriceRow, severalFiles: boolean): Markup {
  const { mode, file, mutualTls, cpu, proxyMiB, p50, added } = row;
  const figures = [cpu.client, cpu.clientProxy, cpu.server, cpu.serverProxy, cpu.between, proxyMiB, p50, added];
  const kind = isPublished(row) ? "number quiet" : "number";
  const note = severalFiles && file !== "" ? html` <span class="small quiet">${file}</span>` : undefined;
  return html`<tr><th scope="row"${isPublished(row) ? html` class="quiet"` : undefined}>${mode}${note}</th><td>${mutualTls}</td>${figures.map((figure) => html`<td class="${kind}">${figure}</td>`)}</tr>
`;
}
