import { isMeshEncrypted } from "@grpc-lb-lab/modes";
import {
  type Mode,
  type Path,
  type StageAbilities,
  type StageTimings,
  type StageTraits,
  type StartOptions,
  undisturbedPath,
} from "@grpc-lb-lab/stage-api";
import type { Experiment } from "../experiment.ts";
import { assumedTimings } from "./assumed-timings.ts";
import { type DroppedKnob, whyWithoutEffect } from "./dropped-knob.ts";
import { knobEnv } from "./knob-env.ts";
import type { KnobName } from "./knob-table.ts";
import { type KnobOverrides, type Knobs, resolveKnobs } from "./knobs.ts";

/** What a run is asked for. */
export interface RunSettings {
  /** How calls are balanced. */
  readonly mode: Mode;
  /** What is asked; undefined: the mode just runs, as `lab up` has it. */
  readonly experiment: Experiment | undefined;
  /** Where it runs. */
  readonly stage: StageTraits;
  /** What the caller sets; the rest comes from the experiment. */
  readonly asked: KnobOverrides;
  /** The modes that a refusal names as those where a knob has an effect. */
  readonly modes: readonly Mode[];
}

/** A run as it is going to be made. */
export interface SettledRun {
  /** The knobs in force, as far as nobody has deployed otherwise. */
  readonly knobs: Knobs;
  /** How the stage is to start the mode. */
  readonly start: Omit<StartOptions, "signal">;
  /** What of the caller's settings nothing would read, and so is not in force. */
  readonly dropped: readonly DroppedKnob[];
  /** How long it takes, roughly, in seconds; 0 where it just runs. */
  readonly seconds: number;
}

/** Until the pods of a mode are ready and its client is warm. */
const START_SECONDS = 2.5;

/**
 * Settles the knobs of a run, once, before anything starts: the base, the experiment's own, then what the caller asks, each without what has no
 * effect under the mode, in the experiment, or on the stage. A result must not look as if such a knob had been in force.
 * @throws {InputError} when the experiment cannot be carried out with what the caller asks.
 */
export function settleRun(settings: RunSettings): SettledRun {
  const { mode, experiment, stage, asked } = settings;
  const path = undisturbedPath(mode);
  const wanted = withoutDropped(asked, settings);
  const own = experiment === undefined ? {} : ownKnobs(experiment, path, wanted.kept, stage.abilities);
  const knobs = resolveKnobs(withoutDropped(own, settings).kept, wanted.kept);
  const { pods, timings, proxyRetries, proxyVariant, proxyWorkers } = knobs;
  const mutualTls = isMeshEncrypted(path) ? experiment?.mutualTls : undefined;
  return {
    knobs,
    start: { pods, env: knobEnv(path, knobs), timings, proxyRetries, proxyVariant, proxyWorkers, mutualTls },
    dropped: wanted.dropped,
    seconds: experiment === undefined ? 0 : START_SECONDS + loadSeconds(experiment, knobs, settings),
  };
}

function loadSeconds(experiment: Experiment, knobs: Knobs, { mode, stage: { abilities } }: RunSettings): number {
  const timings = assumedTimings(knobs.timings);
  return experiment.roughSeconds({ path: pathInForce(mode, knobs, timings, abilities), knobs, abilities, timings });
}

/** The path of a mode under the knobs and delays that are in force. */
export function pathInForce(mode: Mode, knobs: Knobs, timings: StageTimings, { pushMs }: StageAbilities): Path {
  const valuesMs = Object.fromEntries(Object.entries(timings).map(([name, { value }]) => [name, value]));
  return mode.path({ ...knobs, timings: valuesMs, pushMs });
}

/** An experiment's load, and what it sets for itself. */
function ownKnobs(
  { load, knobs }: Experiment,
  path: Path,
  asked: KnobOverrides,
  abilities: StageAbilities,
): KnobOverrides {
  const calls = asked.durationMs === undefined ? load.calls : undefined;
  return { rate: load.ratePerSecond, calls, ...knobs?.({ path, asked, abilities }) };
}

/** `overrides` without the knobs that have no effect, and those. */
function withoutDropped(overrides: KnobOverrides, settings: RunSettings) {
  const { timings = {}, ...others } = overrides;
  const dropped: DroppedKnob[] = [];
  const kept = <T extends object>(values: T): Partial<T> =>
    Object.fromEntries(
      Object.entries(values).filter(([name, value]) => {
        if (value === undefined) return false;
        const drop = whyWithoutEffect(name as KnobName, value, settings);
        if (drop !== undefined) dropped.push(drop);
        return drop === undefined;
      }),
    ) as Partial<T>;
  return { kept: { ...kept(others), timings: kept(timings) }, dropped };
}
