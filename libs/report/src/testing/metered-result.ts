import type { ContainerCost, Result } from "@grpc-lb-lab/measure";
import { demoResult } from "./demo-result.ts";

/** What calls cost the application of a deployment. */
export const appCost = (deployment: string, cpuMsPer1000Calls: number): ContainerCost => ({
  deployment,
  role: "app",
  containers: 1,
  cpuMsPer1000Calls,
  memoryMiB: 90,
});

/** What calls cost a proxy or agent of a deployment. */
export const proxyCost = (
  deployment: string,
  role: "proxy" | "agent",
  cpuMsPer1000Calls: number,
  memoryMiB: number,
): ContainerCost => ({ ...appCost(deployment, cpuMsPer1000Calls), role, memoryMiB });

/** What calls cost both ends alone. */
export const APP_COSTS = [appCost("client", 800.4), appCost("backend", 1_203.6)];

/** A result whose only run is a metered one of `mode`. */
export function meteredResult(
  mode: string,
  p50: number,
  containers: ContainerCost[],
  mutualTls: "on" | "off" | null = null,
): Result {
  const result = demoResult();
  const [run] = result.runs.filter((one) => one.mode === mode);
  if (run === undefined) throw new Error(`there is no run of ${mode}`);
  const cost = { answeredPerSecond: 200, mutualTls, containers };
  const latencyMs = { ...run.latencyMs, p50 };
  const figures: typeof run.figures = [{ id: "p50", heading: ["", "p50"], unit: "ms", values: [p50], rank: 80 }];
  const runs = [{ ...run, experiment: "cost", latencyMs, figures, cost }];
  return { ...result, invocation: "make compare", modes: result.modes.filter((one) => one.mode === mode), runs };
}

/** Results of three modes: without a proxy (the baseline), with one beside each pod, with one between. */
export const METERED_RESULTS = [
  { name: "headless.json", result: meteredResult("headless", 2, APP_COSTS) },
  {
    name: "sidecar.json",
    result: meteredResult(
      "sidecar",
      3.5,
      [...APP_COSTS, proxyCost("client", "proxy", 341, 67), proxyCost("backend", "proxy", 310, 65)],
      "on",
    ),
  },
  {
    name: "envoy.json",
    result: meteredResult("envoy", 1.4, [...APP_COSTS, proxyCost("gateway", "proxy", 9.46, 30.4)]),
  },
];
