import { type CallRecord, type Range, randomPickRange, roundRobinRange } from "@grpc-lb-lab/measure";
import { balancerOf } from "@grpc-lb-lab/modes";
import type { PickRule } from "@grpc-lb-lab/stage-api";
import { leastRequestRange } from "./least-request-replay.ts";
import { mostDrawn } from "./most-drawn.ts";
import type { Observation } from "./observation.ts";
import { rotations } from "./rotations.ts";

/** What tells a pod from the others, and in how many stretches of the run. */
export interface OddPod {
  /** How long its calls take. */
  readonly oddMs: number;
  /** How long those of the others take. */
  readonly othersMs: number;
  /** The longest of theirs. */
  readonly othersMostMs: number;
  /** Each begins and ends somewhere in a round of a rotation. */
  readonly stretches: number;
}

/** How many of `calls` go to a pod whose calls take longer or shorter than those of the others, by the balancer's way of picking. */
export function oddPodRange(calls: readonly CallRecord[], odd: OddPod, observation: Observation): Range {
  const { pick } = balancerOf(observation.path);
  const pods = observation.pods.length;
  if (pick.kind === "least request") return leastRequestRange(replayed(calls, odd, pick, pods));
  if (pick.kind === "peak ewma") return { min: 0, max: mostOfPeakEwma(calls, odd, pick, pods) };
  if (pick.kind !== "rotation" || pick.localitiesByWeight === true) return randomPickRange(calls.length, 1 / pods);
  return roundRobinRange(calls.length, pods, rotations(observation) * Math.max(1, odd.stretches));
}

/**
 * Peak EWMA knows latencies beside what is under way, so that a slow pod gets no more than of least request, unless others were as slow once: it remembers that.
 * Any pod gets no more than it is drawn for.
 */
function mostOfPeakEwma(calls: readonly CallRecord[], odd: OddPod, pick: PickOf<"peak ewma">, pods: number): number {
  const isAloneSlow = odd.oddMs > odd.othersMs && odd.othersMostMs < odd.oddMs / 2;
  if (isAloneSlow) return leastRequestRange(replayed(calls, odd, { ...pick, withReplacement: false }, pods)).max;
  return mostDrawn(calls.length, pick.choices, pods);
}

type PickOf<Kind> = Extract<PickRule, { readonly kind: Kind }>;
type Draws = Pick<PickOf<"least request">, "choices" | "withReplacement" | "scope">;

function replayed(calls: readonly CallRecord[], odd: OddPod, { choices, withReplacement, scope }: Draws, pods: number) {
  // Envoy's workers pick by themselves, but a host's calls under way are counted for all of them (upstream_rq_active).
  const pickerOf = scope === "channel" ? ({ client }: CallRecord) => client : () => 0;
  return { calls, pods, choices, withReplacement, ...odd, pickerOf };
}
