import { isPublished, type PriceRow, type PriceTable } from "../price.ts";
import { html, type Markup } from "./markup.ts";

/** What calls cost under each mode, where runs were metered, and what Istio has published. */
export function priceSection({ baseline, rows, note }: PriceTable, severalFiles: boolean): Markup | undefined {
  if (rows.length === 0) return undefined;
  const besideHead =
    baseline === undefined ? undefined : html`<th scope="col" class="number">p50 beside<br>${baseline}</th>`;
  return html`<section class="comparison" aria-labelledby="price">
<h2 id="price">The price of a call</h2>
<div class="scroll" role="region" aria-label="What calls cost under each mode" tabindex="0"><table>
<caption><span>CPU time is the sum over all containers of a kind, in ms per 1,000 calls, which equals mCPU at 1,000 calls per second; it includes their use when idle. “Beside” is the proxy or agent in the same pod. Memory is the working set of one container. Istio’s figures come from <a href="https://istio.io/latest/blog/2021/proxyless-grpc/">its announcement of proxyless gRPC</a> and leave out the applications.</span></caption>
<thead><tr><th scope="col">mode</th><th scope="col">mTLS</th><th scope="col" class="number">client</th><th scope="col" class="number">beside<br>the client</th><th scope="col" class="number">servers</th><th scope="col" class="number">beside<br>the servers</th><th scope="col" class="number">proxy<br>between</th><th scope="col" class="number">memory of a<br>proxy, MiB</th><th scope="col" class="number">p50</th>${besideHead}</tr></thead>
<tbody>${rows.map((row) => priceRow(row, baseline !== undefined, severalFiles))}</tbody></table></div>
${note === undefined ? undefined : html`<p class="small">${note}</p>`}
</section>`;
}

function priceRow(row: PriceRow, isBesideBaseline: boolean, severalFiles: boolean): Markup {
  const { mode, file, mutualTls, cpu, proxyMiB, p50, added } = row;
  const figures = [cpu.client, cpu.clientProxy, cpu.server, cpu.serverProxy, cpu.between, proxyMiB, p50];
  if (isBesideBaseline) figures.push(added);
  const kind = isPublished(row) ? "number quiet" : "number";
  const note = severalFiles && file !== "" ? html` <span class="small quiet">${file}</span>` : undefined;
  return html`<tr><th scope="row"${isPublished(row) ? html` class="quiet"` : undefined}>${mode}${note}</th><td>${mutualTls}</td>${figures.map((figure) => html`<td class="${kind}">${figure}</td>`)}</tr>
`;
}
