import { describe, expect, it } from "vitest";
import { renderHtml } from "./html/render-html.ts";
import { isPublished, prices } from "./price.ts";
import { renderComparison } from "./terminal/render-comparison.ts";
import { demoResult } from "./testing/demo-result.ts";
import { APP_COSTS, METERED_RESULTS, meteredResult, proxyCost } from "./testing/metered-result.ts";
import { withFailedCalls } from "./testing/with-failed-calls.ts";

describe("the price of calls", () => {
  it("has a row for each metered run, beside the baseline, and ends with what Istio published", () => {
    const { baseline, rows } = prices(METERED_RESULTS);
    expect(baseline).toBe("headless");
    expect(rows.filter((row) => !isPublished(row))).toEqual([
      row("headless", "–", ["800", "–", "1204", "–", "–"], "–", "2.0 ms", "–"),
      row("sidecar", "on", ["800", "341", "1204", "310", "–"], "67/65", "3.5 ms", "+1.5 ms"),
      row("envoy", "–", ["800", "–", "1204", "–", "9.5"], "30", "1.4 ms", "−0.60 ms"),
    ]);
    expect(
      rows.slice(3).map(({ mode, mutualTls, cpu }) => [mode, mutualTls, cpu.clientProxy, cpu.serverProxy]),
    ).toEqual([
      ["Istio sidecar", "off", "320", "244"],
      ["Istio sidecar", "on", "341", "310"],
      ["Istio agent", "–", "0.72", "0.84"],
    ]);
  });

  it("says nothing of latency added when the baseline was not metered, and nothing at all when no mode was", () => {
    const withoutRuns = METERED_RESULTS.map(({ name, result }, file) => ({
      name,
      result: file === 0 ? { ...result, runs: [] } : result,
    }));
    expect(prices(withoutRuns).rows.map(({ added }) => added)).toEqual(Array(5).fill("–"));
    expect(prices([{ name: "demo.json", result: demoResult() }]).rows).toEqual([]);
  });

  it("holds latency against that of the same invocation only", () => {
    const [headless, ...others] = METERED_RESULTS.map(({ name, result }) => ({ name, result }));
    if (headless === undefined) throw new Error("no result");
    const old = { name: "old.json", result: { ...headless.result, invocation: "of another day" } };
    const ofAnOlderLab = { name: "older.json", result: { ...headless.result, invocation: undefined } };
    const added = (results: typeof METERED_RESULTS) =>
      prices(results)
        .rows.slice(0, -3)
        .map((row) => row.added);
    expect(added([old, ...others])).toEqual(["–", "–", "–"]);
    expect(added([ofAnOlderLab, ...others])).toEqual(["–", "–", "–"]);
    expect(added([old, headless, ...others])).toEqual(["–", "–", "+1.5 ms", "−0.60 ms"]);
  });

  it("has no column of latency added without a baseline", () => {
    const others = METERED_RESULTS.slice(1);
    expect(prices(others).baseline).toBeUndefined();
    expect(renderComparison(others, { columns: 80, color: false, unicode: true })).toMatch(/a proxy {4}p50$/m);
    expect(renderHtml(others)).not.toContain("p50 beside");
    expect(renderHtml(METERED_RESULTS)).toContain("p50 beside<br>headless");
  });

  it("marks latency beside failed calls, also that which is added to a baseline whose calls failed", () => {
    const failing = METERED_RESULTS.map(({ name, result }, file) => ({
      name,
      result: file === 0 ? withFailedCalls(result, "headless", "cost") : result,
    }));
    const { rows, note } = prices(failing);
    expect(rows.slice(0, 3).map(({ p50, added }) => [p50, added])).toEqual([
      ["2.0 ms*", "–"],
      ["3.5 ms", "+1.5 ms*"],
      ["1.4 ms", "−0.60 ms*"],
    ]);
    expect(note).toBe("* over answered calls only: 1,000 of 2,000 in headless cost");
    expect(renderHtml(failing)).toContain(`</table></div>\n<p class="small">${note}</p>\n</section>`);
    const text = renderComparison(failing, { columns: 80, color: false, unicode: true });
    expect(text).toMatch(/ 2\.0 ms\* +–\n.* 3\.5 ms +\+1\.5 ms\*\n.* 1\.4 ms +−0\.60 ms\*\n/);
    expect(text).toContain(`\n${note}\n\n✓`);
    expect(prices(METERED_RESULTS).note).toBeUndefined();
  });

  it("has no latency of a run without an answer, and none beside it", () => {
    const [headless, ...others] = METERED_RESULTS.map(({ name, result }) => ({ name, result }));
    if (headless === undefined) throw new Error("no result");
    const runs = headless.result.runs.map((run) => ({
      ...run,
      calls: { ...run.calls, ok: 0, failed: run.calls.total },
    }));
    const { rows, note } = prices([{ ...headless, result: { ...headless.result, runs } }, ...others]);
    expect(note).toBeUndefined();
    expect(rows.slice(0, 3).map(({ p50, added }) => [p50, added])).toEqual([
      ["–", "–"],
      ["3.5 ms", "–"],
      ["1.4 ms", "–"],
    ]);
  });

  it("adds up the proxies between", () => {
    const containers = [...APP_COSTS, proxyCost("inner", "proxy", 20, 30), proxyCost("outer", "proxy", 15, 40)];
    const [row] = prices([{ name: "a", result: meteredResult("envoy", 1, containers) }]).rows;
    expect([row?.cpu.between, row?.proxyMiB]).toEqual(["35", "30/40"]);
  });

  it("is shown in both reports, without file names where each mode comes from one file", async () => {
    const options = { columns: 80, color: false, unicode: true };
    const text = renderComparison(METERED_RESULTS, options);
    await expect(text).toMatchFileSnapshot("terminal/snapshots/comparison-with-prices.txt");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    const page = renderHtml(METERED_RESULTS);
    expect(page).toContain("The price of a call");
    expect(page).toContain('<td class="number">1204</td>');
    expect(renderHtml([{ name: "demo.json", result: demoResult() }])).not.toContain("The price of a call");
  });
});

function row(mode: string, mutualTls: string, cpu: readonly string[], proxyMiB: string, p50: string, added: string) {
  const [client, clientProxy, server, serverProxy, between] = cpu;
  return {
    file: `${mode}.json`,
    mode,
    mutualTls,
    cpu: { client, clientProxy, server, serverProxy, between },
    proxyMiB,
    p50,
    added,
  };
}
