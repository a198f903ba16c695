import type { Experiment, SettledRun } from "@grpc-lb-lab/experiments";
import type { Mode } from "@grpc-lb-lab/stage-api";

/** One run that a demo is going to make. */
export interface PlannedRun {
  readonly mode: Mode;
  readonly experiment: Experiment;
  /** Its knobs; an error: why they cannot be, which becomes the run's reason. */
  readonly settled: SettledRun | Error;
}

/** What is to be made of runs: their knobs are settled here, once. */
export type Settle = (mode: Mode, experiment: Experiment) => SettledRun;

/** The runs of a demo: those whose latency is read, one after the other, then the others, several at a time. */
export interface Plan {
  readonly alone: readonly PlannedRun[];
  readonly sideBySide: readonly PlannedRun[];
  /** How many of them run at once. */
  readonly atOnce: number;
  /** All runs in the order in which a result lists them. */
  readonly listed: readonly PlannedRun[];
}

/** Runs that mostly wait share two cores without disturbing what they measure: times of seconds, counts of calls. */
const AT_ONCE = 3;

/**
 * Plans every experiment under every mode, and settles its knobs. The longest runs begin first, so that none is left over at the end.
 * @param hasOneRange - the machine has loopback addresses for one deployment only (`LAB_LOOPBACK=127.x.y`).
 */
export function plan(
  modes: readonly Mode[],
  experiments: readonly Experiment[],
  settle: Settle,
  hasOneRange: boolean,
): Plan {
  const listed = modes.flatMap((mode) => experiments.map((experiment) => plannedRun(mode, experiment, settle)));
  const sideBySide = listed.filter(({ experiment }) => !experiment.alone);
  return {
    alone: listed.filter(({ experiment }) => experiment.alone),
    sideBySide: sideBySide.toSorted((a, b) => secondsOf(b) - secondsOf(a)),
    atOnce: hasOneRange ? 1 : AT_ONCE,
    listed,
  };
}

/** A run with its knobs. */
export function plannedRun(mode: Mode, experiment: Experiment, settle: Settle): PlannedRun {
  try {
    return { mode, experiment, settled: settle(mode, experiment) };
  } catch (error) {
    return { mode, experiment, settled: error as Error };
  }
}

/** How long a run takes, roughly, in seconds; nothing where it cannot be made. */
export function secondsOf({ settled }: PlannedRun): number {
  return settled instanceof Error ? 0 : settled.seconds;
}
