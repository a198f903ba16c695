import type { Pod } from "@grpc-lb-lab/stage-api";
import type { Trial } from "../policy.ts";

const PODS = 4;
const CALLS = 400;
const RATE = 100;
/** So much longer than calls are apart that a pod which is slow has several under way. */
const LATENCY_MS = 1_000;

/**
 * A trial in which rotation, chance and a regard for what is under way look different: the first takes turns, the second repeats itself, and the third gives
 * less to the one pod that is slow.
 */
export const SLOW_POD_TRIAL: Trial = {
  pods: PODS,
  fault: "latencyMs",
  // Every pod has to be known, for a rotation begins anew with each that joins.
  load: { rate: RATE, calls: CALLS, warmUp: { distinctPods: PODS, calls: 2 * PODS, maxMs: 5_000 } },
  before: async (deployment) => deployment.fault(slowPod(deployment.pods()).name, { latencyMs: LATENCY_MS }),
  roughSeconds: CALLS / RATE,
};

/** The one that is slow: the first by its name. */
export function slowPod(pods: readonly Pod[]): Pod {
  const [first] = pods.toSorted((a, b) => a.name.localeCompare(b.name));
  if (first === undefined) throw new Error("a trial has a pod at least");
  return first;
}
