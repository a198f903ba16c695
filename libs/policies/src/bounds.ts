import type { Expectation } from "@grpc-lb-lab/measure";

/**
 * How many standard deviations a share may lie off: beyond 5 lies less than one run in a million, where calls are picked independently. Both sides of
 * some 200 cells together stay under 0.1 %.
 */
export const DEVIATIONS = 5;

/** What a bound is about. */
export interface About {
  /** Stable within the policy. */
  readonly id: string;
  /** In words: `calls that are aborted`. */
  readonly what: string;
}

/** That a number of independent draws comes out as its share says, within {@link DEVIATIONS} standard deviations. `share` 0 to 1. */
export function drawn(about: About, hits: number, of: number, share: number): Expectation {
  const mean = of * share;
  const margin = DEVIATIONS * Math.sqrt(of * share * (1 - share));
  return between(about, hits, Math.max(0, Math.ceil(mean - margin)), Math.min(of, Math.floor(mean + margin)), of);
}

/** That a number lies within two others, both included; `of`: out of how many. It does not hold where there is nothing to count. */
export function between(about: About, measured: number, least: number, most: number, of?: number): Expectation {
  const total = of === undefined ? "" : ` of ${of}`;
  return {
    ...about,
    bound: least === most ? `${least}${total}` : `${least} to ${most}${total}`,
    measured: `${measured}${total}`,
    ok: of !== 0 && measured >= least && measured <= most,
  };
}

/** That a number is so large at least. */
export function atLeast(about: About, measured: number, least: number): Expectation {
  return { ...about, bound: `${least} or more`, measured: `${measured}`, ok: measured >= least };
}

/** That nothing was counted. */
export function none(about: About, measured: number, of?: number): Expectation {
  return between(about, measured, 0, 0, of);
}

/** That all were counted. */
export function all(about: About, measured: number, of: number): Expectation {
  return between(about, measured, of, of, of);
}
