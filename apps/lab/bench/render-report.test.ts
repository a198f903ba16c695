import { expect, it } from "vitest";
import { renderReport } from "./render-report.ts";
import type { BenchReport } from "./report.ts";
import { spreadOf } from "./spread.ts";

const report: BenchReport = {
  schema: "grpc-lb-lab/bench/1",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 61_400,
  quick: false,
  environment: {
    lab: "1.0.0",
    node: "24.0.0",
    grpcJs: "1.14.7",
    grpcJsXds: "1.14.1",
    envoy: null,
    os: "Linux",
    cpus: 2,
    cpuModel: "CPU",
    memoryMiB: 2_048,
  },
  loadAverage: 0.5,
  ok: false,
  throughput: {
    inFlight: 50,
    labCallsPerSecond: spreadOf([400, 500]),
    bareCallsPerSecond: spreadOf([1_000]),
    ratio: { measured: 0.45, bound: ">= 0.9", ok: false },
    memory: [
      { process: "bench", count: 1, peakMiB: 90 },
      { process: "lab load", count: 2, peakMiB: 110 },
    ],
  },
  "mode-cost": { modes: [{ mode: "envoy", skipped: "no Envoy was found" }] },
};

it("aligns the figures, marks a missed target and gives the reason of a skip", () => {
  expect(renderReport(report).split("\n")).toEqual([
    "CPU, 2 CPUs, 2048 MiB, Linux; load average 0.50 at the start",
    "Node 24.0.0, grpc-js 1.14.7, grpc-js-xds 1.14.1, no Envoy",
    "2026-01-01T00:00:00.000Z, 61 s",
    "",
    "Calls per second: closed loop, 50 in flight, direct to one backend process",
    "                       median   min   max  repeats",
    "  lab load                450   400   500        2",
    "  bare grpc-js client    1000  1000  1000        1",
    "  median ratio of neighbours: 0.45, target >= 0.9: NOT MET",
    "",
    "Cost of a call: median latency of sequential calls to one pod, compared with a direct connection (ms)",
    "  mode  latency  direct  added  min  max  repeats  calls",
    "  envoy skipped: no Envoy was found",
    "",
    "Peak resident memory, MiB: the largest process of each kind, and their number (the stage's proxies and servers run in the bench)",
    "  throughput  bench 90, lab load 110 (2)",
  ]);
});

it("says so where the system does not tell of peak memory", () => {
  const { throughput } = report;
  const text = renderReport({ ...report, ...(throughput && { throughput: { ...throughput, memory: [] } }) });
  expect(text).toContain("throughput  not known without /proc");
});

it("shows clients beside Envoy while a pod is slow", () => {
  const met = { measured: 0.9, bound: "<= 1", ok: true };
  const client = {
    mode: "watch",
    policy: "least_request",
    ofSlowPod: 700,
    calls: 12_000,
    p90Ms: 9.5,
    deviations: -0.4,
    share: { measured: -0.4, bound: "-5 to 5", ok: true },
    p90Ratio: { ratio: 0.81, interval: [0.7, 0.9] as const, target: met },
  };
  const { throughput: _, "mode-cost": __, ...rest } = report;
  const slowPods = { rounds: 10, envoy: { ofSlowPod: 712, calls: 12_000, p90Ms: 12 }, clients: [client] };
  expect(
    renderReport({ ...rest, "slow-pod": slowPods })
      .split("\n")
      .slice(-3),
  ).toEqual([
    "  mode          policy  slow pod         calls  deviations       within  p90, ms  beside Envoy      interval    target",
    "  envoy  LEAST_REQUEST    5.93 %  712 of 12000                              12.0",
    "  watch  least_request    5.83 %  700 of 12000        -0.4  -5 to 5: ok      9.5          0.81  0.70 to 0.90  <= 1: ok",
  ]);
});
