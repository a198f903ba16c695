import { EXPERIMENTS, type Experiment } from "@grpc-lb-lab/experiments";
import type { ModeName } from "@grpc-lb-lab/stage";

/** One run that a demo is going to make. */
export interface PlannedRun {
  readonly mode: ModeName;
  readonly experiment: Experiment;
}

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
 * Plans every experiment under every mode. The longest runs begin first, so that none is left over at the end.
 * @param hasOneRange - the machine has loopback addresses for one deployment only (`LAB_LOOPBACK=127.x.y`).
 */
export function plan(modes: readonly ModeName[], experiments: readonly string[], hasOneRange: boolean): Plan {
  const chosen = EXPERIMENTS.filter(({ name }) => experiments.includes(name));
  const listed = modes.flatMap((mode) => chosen.map((experiment) => ({ mode, experiment })));
  const sideBySide = listed.filter(({ experiment }) => !experiment.alone);
  return {
    alone: listed.filter(({ experiment }) => experiment.alone),
    sideBySide: sideBySide.toSorted((a, b) => expectedSeconds(b) - expectedSeconds(a)),
    atOnce: hasOneRange ? 1 : AT_ONCE,
    listed,
  };
}

/** Roughly, and for the order only. */
function expectedSeconds({ mode, experiment }: PlannedRun): number {
  if (experiment.name === "rollout") return mode === "headless" ? 40 : 10;
  return experiment.name === "scale-up" ? 7 : 6;
}
