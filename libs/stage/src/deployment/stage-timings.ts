import {
  InputError,
  type StageTiming,
  type StageTimings,
  type TimingName,
  type TimingOverrides,
} from "@grpc-lb-lab/stage-api";

/** A day: Node's timers fire at once when they are told more than 24.8 days. */
const LONGEST_MS = 86_400_000;

/**
 * The values of a stage's timings with `overrides` applied, as plain numbers of ms.
 * @param stage - `local`, for messages.
 * @throws {InputError} on a name that the stage does not have, or a time that is negative or longer than a day.
 */
export function stageTimings<Name extends TimingName>(
  stage: string,
  table: Readonly<Record<Name, StageTiming>>,
  overrides: TimingOverrides = {},
): Readonly<Record<Name, number>> {
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(table, name)) {
      throw new InputError(`the ${stage} stage has no timing ${name}; it has ${Object.keys(table).join(", ")}`);
    }
    if (!(value >= 0 && value <= LONGEST_MS)) {
      throw new InputError(`timing ${name} is ${value}; it must be 0 to ${LONGEST_MS} milliseconds`);
    }
  }
  const defaults = Object.entries<StageTiming>(table).map(([name, timing]) => [name, timing.value]);
  return { ...Object.fromEntries(defaults), ...overrides };
}

/** The timings of `names` as a deployment shows them: what is in force beside the default of what it stands for. */
export function shownTimings<Name extends TimingName>(
  names: readonly Name[],
  table: Readonly<Record<Name, StageTiming>>,
  inForce: Readonly<Record<Name, number>>,
): StageTimings {
  return Object.fromEntries(names.map((name) => [name, { ...table[name], value: inForce[name] }]));
}
