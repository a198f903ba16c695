import type { ContainerUsage } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { BusiestPod } from "./busiest-pod.ts";

const usage = (pod: string, atMs: number, cpuMs: number, others: Partial<ContainerUsage> = {}): ContainerUsage => ({
  deployment: "backend",
  role: "app",
  pod,
  container: "app",
  atMs,
  cpuMs,
  memoryBytes: 0,
  ...others,
});

it("knows nothing before a pod has had figures twice", () => {
  const busiest = new BusiestPod();
  expect(busiest.milliCpu([])).toBeUndefined();
  expect(busiest.milliCpu([usage("a", 0, 0)])).toBeUndefined();
});

it("tells the most that one pod uses, of its last two figures, and keeps that while there are no newer ones", () => {
  const busiest = new BusiestPod();
  busiest.milliCpu([usage("a", 0, 0), usage("b", 0, 0)]);
  expect(busiest.milliCpu([usage("a", 10_000, 2_000), usage("b", 10_000, 50)])).toBe(200);
  expect(busiest.milliCpu([usage("a", 10_000, 2_000), usage("b", 20_000, 3_050)])).toBe(300);
  expect(busiest.milliCpu([usage("a", 20_000, 2_100), usage("b", 30_000, 3_060)])).toBe(10);
});

it("forgets pods that have gone, what a restart has set to nothing, and whatever is no application of a scaled pod", () => {
  const busiest = new BusiestPod();
  const others = [
    usage("a", 0, 0, { role: "proxy", container: "istio-proxy" }),
    usage("c", 0, 0, { deployment: "client" }),
  ];
  busiest.milliCpu([usage("a", 0, 500), usage("b", 0, 0), ...others]);
  const busy = others.map((one) => ({ ...one, atMs: 10_000, cpuMs: 9_000 }));
  expect(busiest.milliCpu([usage("a", 10_000, 3), usage("b", 10_000, 1_000), ...busy])).toBe(100);
  expect(busiest.milliCpu([usage("a", 20_000, 103)])).toBe(10);
});
