import { learnsFromDns } from "@grpc-lb-lab/modes";
import { InputError, type Mode, type StageTraits, type TimingName, undisturbedPath } from "@grpc-lb-lab/stage-api";
import type { Experiment } from "../experiment.ts";
import { isReadOn, KNOBS, type KnobDeclaration, type KnobName, type Scope, TIMING_KNOBS } from "./knob-table.ts";

/** A knob that was set where nothing reads it. */
export interface DroppedKnob {
  readonly knob: KnobName;
  /** Flag, place and reason in words: `--dns-ttl has no effect under plain: it applies under headless and envoy`. */
  readonly why: string;
}

/** Where a knob is looked at. */
export interface KnobPlace {
  readonly mode: Mode;
  readonly experiment: Experiment | undefined;
  readonly stage: StageTraits;
  /** Those that are named as where it has an effect. */
  readonly modes: readonly Mode[];
}

const AND = new Intl.ListFormat("en-GB");

/**
 * Refuses knobs that nothing would read.
 * @throws {InputError} with every reason, and the remedy.
 */
export function assertAllRead(dropped: readonly DroppedKnob[]): void {
  if (dropped.length === 0) return;
  const reasons = dropped.map(({ why }) => why).join("; ");
  throw new InputError(`${reasons}; leave ${dropped.length === 1 ? "it" : "them"} out`);
}

/**
 * Refuses knobs that nothing would read in any of several runs, of which `dropped` has a list each: what one of them reads is no mistake.
 * @throws {InputError} with every reason, and the remedy.
 */
export function assertReadSomewhere(dropped: readonly (readonly DroppedKnob[])[]): void {
  const [first = [], ...others] = dropped;
  assertAllRead(first.filter(({ knob }) => others.every((run) => run.some((drop) => drop.knob === knob))));
}

/** Why nothing reads a knob, or what it is set to; undefined: something does. */
export function whyWithoutEffect(knob: KnobName, value: unknown, place: KnobPlace): DroppedKnob | undefined {
  const why = isTiming(knob) ? timingWhy(knob, place) : scopeWhy(knob, KNOBS[knob], place, value);
  return why === undefined ? undefined : { knob, why };
}

function isTiming(knob: KnobName): knob is TimingName {
  return !(knob in KNOBS);
}

/** Nothing reads it under the mode, or the stage cannot set it. */
function timingWhy(name: TimingName, place: KnobPlace): string | undefined {
  const declaration: Pick<KnobDeclaration, "flag" | "scope"> = TIMING_KNOBS[name] ?? {};
  const unsettable = whyUnsettable(name, place);
  const flag = declaration.flag ?? name;
  const stageWhy =
    unsettable === undefined ? undefined : `${flag} has no effect on the ${place.stage.name} stage: ${unsettable}`;
  return scopeWhy(name, declaration, place) ?? stageWhy;
}

/** What experiments must be like to read a knob. */
const EXPERIMENTS_WITH: Readonly<
  Record<Extract<Scope, string>, { reads(experiment: Experiment): boolean; readonly where: string }>
> = {
  "no course": {
    reads: ({ course }) => course === undefined,
    where: "without steps of their own, such as share",
  },
  streams: { reads: ({ load }) => load.kind === "streams", where: "that open streams" },
};

function scopeWhy(
  knob: KnobName,
  declaration: Pick<KnobDeclaration, "flag" | "scope" | "takes">,
  place: KnobPlace,
  value?: unknown,
): string | undefined {
  const { scope, takes } = declaration;
  const name = declaration.flag ?? knob;
  // Its values are each of some modes alone.
  const flag = takes?.kind === "variant" ? `${name} ${value}` : name;
  const { mode, experiment, modes } = place;
  if (typeof scope === "string") {
    const { reads, where } = EXPERIMENTS_WITH[scope];
    if (experiment !== undefined && reads(experiment)) return undefined;
    const here = experiment === undefined ? "without an experiment" : `in ${experiment.name}`;
    return `${flag} has no effect ${here}: it applies in experiments ${where}`;
  }
  if (scope === undefined || isReadUnder(mode, declaration, value)) return undefined;
  const [read, unread] = [true, false].map((is) =>
    AND.format(modes.filter((one) => isReadUnder(one, declaration, value) === is).map(({ name }) => name)),
  );
  const elsewhere = scope.elsewhere === undefined ? "" : ` (under ${unread} ${scope.elsewhere})`;
  return `${flag} has no effect under ${mode.name}: it applies under ${read}${elsewhere}`;
}

function isReadUnder(mode: Mode, declaration: Pick<KnobDeclaration, "scope">, value?: unknown): boolean {
  return isReadOn(undisturbedPath(mode), declaration, value);
}

/** Why the stage cannot set a timing; undefined: it can. */
function whyUnsettable(name: TimingName, { mode, stage }: KnobPlace): string | undefined {
  const { settableTimings, fixedTimings, fixedForDns } = stage.abilities;
  if (!settableTimings.includes(name)) return fixedTimings[name] ?? "it has no such delay";
  const why = learnsFromDns(undisturbedPath(mode)) ? fixedForDns[name] : undefined;
  return why === undefined ? undefined : `under ${mode.name} ${why}`;
}
