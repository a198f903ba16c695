import { callsUntilEnd } from "@grpc-lb-lab/experiments";
import { formatCount } from "@grpc-lb-lab/report";
import { type PlannedRun, secondsOf } from "./plan.ts";

/** A shorter plan is not announced. */
const LONG_SECONDS = 60;

/**
 * What to say before runs are made: how long they are going to take, roughly, where that is long; and which loads have no time for all
 * their calls.
 * @param alone - those that are made one after the other.
 * @param sideBySide - those that are made `atOnce` at a time, the longest first.
 */
export function announcement(
  alone: readonly PlannedRun[],
  sideBySide: readonly PlannedRun[],
  atOnce: number,
): string[] {
  const all = [...alone, ...sideBySide];
  const seconds = alone.reduce((sum, run) => sum + secondsOf(run), 0) + sideBySideSeconds(sideBySide, atOnce);
  return [...(seconds < LONG_SECONDS ? [] : [lengthText(all, seconds)]), ...new Set(all.flatMap(cutOffText))];
}

function lengthText(runs: readonly PlannedRun[], seconds: number): string {
  const [longest] = runs.toSorted((a, b) => secondsOf(b) - secondsOf(a));
  if (longest === undefined || runs.length === 1) return `this will take about ${durationText(seconds)}`;
  const name = `${longest.mode.name} ${longest.experiment.name}`;
  return `${runs.length} runs will take about ${durationText(seconds)}; the longest, ${name}, about ${durationText(secondsOf(longest))}`;
}

/** Each run begins where one ends first. */
function sideBySideSeconds(runs: readonly PlannedRun[], atOnce: number): number {
  const ends = new Array<number>(atOnce).fill(0);
  for (const run of runs) {
    const next = ends.indexOf(Math.min(...ends));
    ends[next] = (ends[next] ?? 0) + secondsOf(run);
  }
  return Math.max(...ends);
}

function cutOffText({ experiment, settled }: PlannedRun): string[] {
  if (settled instanceof Error || experiment.course !== undefined) return [];
  const { calls = 0, rate = 0 } = settled.knobs;
  const made = callsUntilEnd(settled.knobs);
  if (made === undefined) return [];
  const asked = `${formatCount(calls)} calls at ${rate} per second`;
  return [
    `${experiment.name}: ${asked} take longer than a load may, 10 minutes: it ends after about ${formatCount(made)}`,
  ];
}

/** A time in words: `93 s`, `12 minutes`, `2.0 hours`. */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  return `${(minutes / 60).toFixed(1)} hours`;
}
