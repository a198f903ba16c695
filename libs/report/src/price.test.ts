import type { RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./html/render-html.ts";
import { isPublished, prices } from "./price.ts";
import { renderComparison } from "./terminal/render-comparison.ts";
import { demoResult } from "./testing/demo-result.ts";

type Containers = NonNullable<RunResult["cost"]>["containers"];

const app = (deployment: string, cpuMsPer1000Calls: number): Containers[number] => ({
  deployment,
  role: "app",
  containers: 1,
  cpuMsPer1000Calls,
  memoryMiB: 90,
});
const beside = (deployment: string, role: "proxy" | "agent", cpuMsPer1000Calls: number, memoryMiB: number) => ({
  ...app(deployment, cpuMsPer1000Calls),
  role,
  memoryMiB,
});

/** A result whose only runs are the metered ones of a mode. */
function metered(mode: string, p50: number, containers: Containers, mutualTls: "on" | "off" | null = null) {
  const result = demoResult();
  const [run] = result.runs.filter((one) => one.mode === mode);
  if (run === undefined) throw new Error(`there is no run of ${mode}`);
  const cost = { answeredPerSecond: 200, mutualTls, containers };
  const latencyMs = { ...run.latencyMs, p50 };
  const runs = [{ ...run, experiment: "cost", latencyMs, cost }];
  return { ...result, modes: result.modes.filter((one) => one.mode === mode), runs };
}

const APPS = [app("client", 800.4), app("backend", 1_203.6)];
const RESULTS = [
  { name: "headless.json", result: metered("headless", 2, APPS) },
  {
    name: "sidecar.json",
    result: metered(
      "sidecar",
      3.5,
      [...APPS, beside("client", "proxy", 341, 67), beside("backend", "proxy", 310, 65)],
      "on",
    ),
  },
  { name: "envoy.json", result: metered("envoy", 1.4, [...APPS, beside("envoy", "proxy", 9.46, 30.4)]) },
];

describe("the price of calls", () => {
  it("has a row for each metered run, beside headless, and ends with what Istio published", () => {
    const rows = prices(RESULTS);
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

  it("says nothing of latency added when headless was not metered, and nothing at all when no mode was", () => {
    expect(prices(RESULTS.slice(1)).map(({ added }) => added)).toEqual(Array(5).fill("–"));
    expect(prices([{ name: "demo.json", result: demoResult() }])).toEqual([]);
  });

  it("is shown in both reports, without file names where each mode comes from one file", async () => {
    const options = { columns: 80, color: false, unicode: true };
    const text = renderComparison(RESULTS, options);
    await expect(text).toMatchFileSnapshot("terminal/snapshots/comparison-with-prices.txt");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    const page = renderHtml(RESULTS);
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
