/** An inclusive range that a count must lie in. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** How far a fair random pick may stray, in standard deviations: one in 1.7 million per count at 5. */
export const RANDOM_PICK_SIGMAS = 5;

/**
 * Range for one pod's calls when every call picks a pod at random with probability `share`: the binomial mean ± 5 σ.
 * Real proxies that look at load (least request) stray less, so the bound holds for them too.
 */
export function randomPickRange(calls: number, share: number, sigmas = RANDOM_PICK_SIGMAS): Range {
  const mean = calls * share;
  const deviation = sigmas * Math.sqrt(calls * share * (1 - share));
  return { min: Math.max(0, Math.ceil(mean - deviation)), max: Math.min(calls, Math.floor(mean + deviation)) };
}

/** What {@link mostByChance} lets pass: as one side of {@link RANDOM_PICK_SIGMAS}. */
const CHANCE = 1 / 3_400_000;

/** The most of `calls` that a rare event of probability `share` may meet: a Poisson distribution's quantile, where ± 5 σ would be too narrow. */
export function mostByChance(calls: number, share: number): number {
  const mean = calls * share;
  let probability = Math.exp(-mean);
  let tail = -Math.expm1(-mean);
  let most = 0;
  while (tail > CHANCE && most < calls) {
    most += 1;
    probability *= mean / most;
    tail -= probability;
  }
  return most;
}

/**
 * Range for one pod's calls under round robin: the mean ± `slack` for each picker that rotates on its own
 * (a client's channel, a proxy's worker thread): 2 covers the partial first and last rounds.
 */
export function roundRobinRange(calls: number, pods: number, pickers = 1, slack = 2): Range {
  const mean = calls / pods;
  return {
    min: Math.max(0, Math.ceil(mean - slack * pickers)),
    max: Math.min(calls, Math.floor(mean + slack * pickers)),
  };
}

/** Whether `count` lies in `range`, ends included. */
export function within(count: number, range: Range): boolean {
  return count >= range.min && count <= range.max;
}
