import type { Expectation } from "@grpc-lb-lab/measure";
import { type About, atMost, none } from "./bounds.ts";

/**
 * The part of a time that must be over before a rule ends something for it. A call begins at its client before anybody sets a clock for it, and clocks are not
 * early, but for what they lag behind: nginx and HAProxy read theirs once for all that has come. So nothing is early by chance.
 */
const EARLIEST = 0.9;
/**
 * How many times as late half of what is ended may be. What would go on by itself lasts three times as long. For this to fail by chance a machine must be so
 * busy that every other call is late by the whole time.
 */
const LATEST = 2;

/** What is said of times at which something ends. */
interface EndedInTime {
  /** Stable within the policy: `early`, `late` are made of it. */
  readonly id: string;
  /** In words, for many: `calls`. */
  readonly of: string;
  /** When they are to end, in ms since they began. */
  readonly afterMs: number;
}

/** That each of these times is about the time after which something is to be ended: none is shorter, and half of them are not much longer. */
export function endedInTime({ id, of, afterMs }: EndedInTime, timesMs: readonly number[]): Expectation[] {
  const early = timesMs.filter((ms) => ms < EARLIEST * afterMs).length;
  const soon = { id: `${id}-early`, what: `${of} ended in less than ${Math.round(EARLIEST * afterMs)} ms` };
  const late: About = { id: `${id}-late`, what: `ms after which half of the ${of} had ended` };
  return [none(soon, early, timesMs.length), atMost(late, Math.round(medianMs(timesMs)), LATEST * afterMs)];
}

/** The time that half of these do not exceed; infinite where there are none. */
export function medianMs(timesMs: readonly number[]): number {
  return timesMs.toSorted((a, b) => a - b)[Math.ceil(timesMs.length / 2) - 1] ?? Number.POSITIVE_INFINITY;
}
