import type { Knobs } from "../knobs/knobs.ts";

/** How much is asked of the pods, one step after the other: so many times as much as they can do. */
export const FACTORS = [0.5, 1, 1.5, 2] as const;
/** How much is asked before and after the overload. */
export const REST = 0.5;
/** The name of the stretch after it. */
export const AFTER = "after";

/** The name of the stretch in which `factor` times as much is asked as pods can do. */
export const stepName = (factor: number) => `${factor} times`;

/** How many calls a second pods can do that all take the same time. */
export function capacityPerSecond({ pods, workMs, workAtOnce }: Pick<Knobs, "pods" | "workMs" | "workAtOnce">): number {
  return (1_000 * pods * workAtOnce) / workMs;
}

/** At 1.5 times as much as pods can do, calls wait as long as their deadline after two of them: then the line is as long as it gets, and most of a step is left. */
const DEADLINES = 6;
/** So long a step lasts at least, to have enough calls. */
const LEAST_MS = 3_000;

/** How long each step lasts, in ms. */
export function stepMs({ deadlineMs }: Pick<Knobs, "deadlineMs">): number {
  return Math.max(LEAST_MS, DEADLINES * deadlineMs);
}

/** A busy machine's pods have less to spare beside what comes, and the line is shorter only by what they have. */
const MARGIN_MS = 2_000;

/** How long after the overload calls may still fail, in ms: those that wait are given up by their deadline, and the last of them may be at work. */
export function recoveryMs({ deadlineMs, workMs }: Pick<Knobs, "deadlineMs" | "workMs">): number {
  return deadlineMs + workMs + MARGIN_MS;
}

/** For how long calls are watched that must not fail any more, in ms. */
const WATCHED_MS = 1_500;

/** How long the stretch after the overload lasts, in ms. */
export function afterMs(knobs: Pick<Knobs, "deadlineMs" | "workMs">): number {
  return recoveryMs(knobs) + WATCHED_MS;
}

/** How long all of it lasts, in ms. */
export function courseMs(knobs: Pick<Knobs, "deadlineMs" | "workMs">): number {
  return FACTORS.length * stepMs(knobs) + afterMs(knobs);
}
