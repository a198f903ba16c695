import { type Expectation, RANDOM_PICK_SIGMAS, randomPickRange } from "@grpc-lb-lab/measure";

/** What a bound is about. */
export interface About {
  /** Stable within the policy. */
  readonly id: string;
  /** In words: `calls that are aborted`. */
  readonly what: string;
  /** How likely the bound fails though all is as it says, in words: it is shown beside the bound. Default: nothing is said. */
  readonly chance?: string;
}

/**
 * That a number of independent draws comes out as its share says, within {@link RANDOM_PICK_SIGMAS} standard deviations. `share` 0 to 1. Beyond lies less than
 * one run in a million: both sides of some 200 cells together stay under 0.1 %.
 */
export function drawn(about: About, hits: number, of: number, share: number): Expectation {
  const { min, max } = randomPickRange(of, share);
  return between(byLot(about), hits, min, max, of);
}

function byLot(about: About): About {
  return { chance: `${RANDOM_PICK_SIGMAS} standard deviations, by chance once in 10⁶`, ...about };
}

/** That a number lies within two others, both included; `of`: out of how many. It does not hold where there is nothing to count. */
export function between(about: About, measured: number, least: number, most: number, of?: number): Expectation {
  const total = of === undefined ? "" : ` of ${of}`;
  const bound = least === most ? `${least}${total}` : `${least} to ${most}${total}`;
  return expectation(about, bound, `${measured}${total}`, of !== 0 && measured >= least && measured <= most);
}

/** That a number is so large at least. */
export function atLeast(about: About, measured: number, least: number): Expectation {
  return expectation(about, `${least} or more`, `${measured}`, measured >= least);
}

/** That a number is so large at most. */
export function atMost(about: About, measured: number, most: number): Expectation {
  return expectation(about, `${most} or less`, `${measured}`, measured <= most);
}

/** That nothing was counted. */
export function none(about: About, measured: number, of?: number): Expectation {
  return between(about, measured, 0, 0, of);
}

/** That all were counted. */
export function all(about: About, measured: number, of: number): Expectation {
  return between(about, measured, of, of, of);
}

function expectation({ id, what, chance }: About, bound: string, measured: string, ok: boolean): Expectation {
  return { id, what, bound: chance === undefined ? bound : `${bound} (${chance})`, measured, ok };
}
