import type { Knobs } from "../knobs/knobs.ts";

/** Part of what a pod can use that the autoscaler keeps to. */
const TARGET_PART = 0.5;

/** The mean CPU that the autoscaler keeps to, in thousandths of a CPU: half of what the work of one pod can use. */
export function targetMilliCpu({ workMs, workCpuMs, workAtOnce }: Knobs): number {
  const mostMilliCpu = workCpuMs === 0 ? 0 : (1_000 * workCpuMs * Math.max(1, workAtOnce)) / (workMs + workCpuMs);
  return Math.round(TARGET_PART * mostMilliCpu);
}
