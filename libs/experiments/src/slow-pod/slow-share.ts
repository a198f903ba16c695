import type { Range } from "@grpc-lb-lab/measure";
import { balancerOf, isHedged } from "@grpc-lb-lab/modes";
import { answeredCalls, type Observation } from "../observation.ts";
import { oddPodRange } from "../odd-pod-range.ts";
import { meanOwnMs, ownPercentileMs } from "../own-time.ts";
import { DELAY_MS, type Turns } from "./turns.ts";

/** How many of the calls the slow pod answers while it is slow. */
export interface SlowShare {
  readonly range: Range;
  /** Whether the balancer looks at what is under way, so that the pod is spared. */
  readonly isSpared: boolean;
}

/** What the balancer's way of picking gives the slow pod. */
export function slowShare(observation: Observation, turns: Turns): SlowShare {
  const othersMs = meanOwnMs(answeredCalls(turns.healthy));
  // Of the turns without the slow pod: a stall of others in its own turns, as long as it is slow, would be told as its share.
  const othersMostMs = ownPercentileMs(100, answeredCalls(turns.healthy)) ?? 0;
  const odd = { othersMs, othersMostMs, oddMs: othersMs + DELAY_MS, stretches: turns.count };
  const range = oddPodRange(answeredCalls(turns.slow), odd, observation);
  const { kind } = balancerOf(observation.path).pick;
  const isSpared = kind === "least request" || kind === "peak ewma";
  // A pod may be spared more than the bound knows; and of two attempts under way the quicker pod's is the answer.
  const isOneSided = isSpared || isHedged(observation.path);
  return { range: isOneSided ? { ...range, min: 0 } : range, isSpared };
}
