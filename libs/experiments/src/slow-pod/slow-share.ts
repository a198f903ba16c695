import { type CallRecord, type Range, randomPickRange, roundRobinRange } from "@grpc-lb-lab/measure";
import { balancerOf, isHedged } from "@grpc-lb-lab/modes";
import type { PickRule } from "@grpc-lb-lab/stage-api";
import type { Observation } from "../observation.ts";
import { rotations } from "../rotations.ts";
import { mostByLeastRequest } from "./replay.ts";
import { DELAY_MS, type Turns } from "./turns.ts";

/** How many of the calls the slow pod answers while it is slow. */
export interface SlowShare {
  readonly range: Range;
  /** Whether the balancer looks at what is under way, so that the pod is spared. */
  readonly isSpared: boolean;
}

/** What the balancer's way of picking gives the slow pod. */
export function slowShare(observation: Observation, turns: Turns): SlowShare {
  const { pick } = balancerOf(observation.path);
  if (pick.kind === "least request" || pick.kind === "peak ewma")
    return { range: { min: 0, max: mostOfSpared(pick, observation, turns) }, isSpared: true };
  const range = blindRange(pick, observation, turns);
  // Of two attempts under way the quicker pod's is the answer.
  return { range: isHedged(observation.path) ? { ...range, min: 0 } : range, isSpared: false };
}

/** Whoever does not look at what is under way gives it what it gives any pod. */
function blindRange({ kind, localitiesByWeight = false }: PickRule, observation: Observation, turns: Turns): Range {
  const calls = answered(turns);
  const pods = observation.pods.length;
  if (kind !== "rotation" || localitiesByWeight) return randomPickRange(calls, 1 / pods);
  // Each turn begins and ends somewhere in a round.
  return roundRobinRange(calls, pods, rotations(observation) * Math.max(1, turns.count));
}

/** Peak EWMA knows more than least request, latencies beside what is under way: the pod gets no more of it. */
function mostOfSpared(
  pick: Extract<PickRule, { readonly choices: number }>,
  { pods }: Observation,
  { slow, healthy }: Turns,
): number {
  const healthyMs = meanMs(healthy);
  return mostByLeastRequest({
    calls: slow.filter(({ code }) => code === 0),
    pods: pods.length,
    choices: pick.choices,
    withReplacement: pick.kind === "least request" && pick.withReplacement,
    healthyMs,
    slowMs: healthyMs + DELAY_MS,
    // Envoy's workers pick by themselves, but a host's calls under way are counted for all of them (upstream_rq_active).
    pickerOf: pick.scope === "channel" ? ({ client }) => client : () => 0,
  });
}

/** The calls of the slow turns that were answered. */
export function answered({ slow }: Turns): number {
  return slow.filter(({ code }) => code === 0).length;
}

/** How long answered calls took on average from their real beginning. */
function meanMs(calls: readonly CallRecord[]): number {
  const times = calls.filter(({ code }) => code === 0).map(({ latencyMs, lagMs = 0 }) => latencyMs - lagMs);
  return times.reduce((sum, ms) => sum + ms, 0) / Math.max(1, times.length);
}
