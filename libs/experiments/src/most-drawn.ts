import { randomPickRange } from "@grpc-lb-lab/measure";

/** The most of `calls` for which one of `pods` pods is among the `choices` different ones that are drawn, within 5 standard deviations. */
export function mostDrawn(calls: number, choices: number, pods: number): number {
  return randomPickRange(calls, Math.min(1, choices / pods)).max;
}
