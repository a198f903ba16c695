import { InputError, MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage";
import type { Experiment } from "./experiment.ts";
import type { KnobOverrides } from "./knobs.ts";

/** A knob that something reads under some modes or in some experiments alone; `dnsTtlMs` is one of the stage's timings. */
export type PartialKnob = keyof typeof KNOB_EFFECTS;

/** A knob that was set where nothing reads it. */
export interface KnobWithoutEffect {
  readonly knob: PartialKnob;
  /** Where it has an effect, in words that follow "it applies": `under headless and envoy`. */
  readonly where: string;
}

/** What decides whether a knob has an effect in an experiment; undefined: a mode that just runs, as `lab up` has it. */
export type KnobUser = Pick<Experiment, "name" | "course"> | undefined;

/** Where a knob has an effect: under some modes, or in experiments without a course, which alone count to a set end. */
interface KnobEffect {
  readonly flag: string;
  readonly scope: readonly ModeName[] | "no-course";
  /** What rules elsewhere. */
  readonly elsewhere?: string;
}

/** gRPC takes policy and retries of an `xds:` target from the control plane alone. Sources: gRFC A27 (policy), A44 (retries). */
const OWN_SERVICE_CONFIG = MODE_NAMES.filter((mode) => mode !== "proxyless");

/**
 * The knobs that do not have an effect everywhere. All others do: the applications and the stage are set by them under every mode, also
 * where an experiment happens not to put them to the test.
 */
const KNOB_EFFECTS = {
  policy: { flag: "--policy", scope: OWN_SERVICE_CONFIG, elsewhere: "under proxyless xDS sets the policy" },
  retry: {
    flag: "--retry",
    scope: OWN_SERVICE_CONFIG,
    elsewhere: "under proxyless xDS sets retries, by --proxy-retries",
  },
  proxyRetries: { flag: "--proxy-retries", scope: ["envoy", "sidecar", "proxyless"] },
  dnsMinIntervalMs: { flag: "--dns-interval", scope: ["headless"] },
  dnsTtlMs: { flag: "--dns-ttl", scope: ["headless", "envoy"] },
  calls: { flag: "--calls", scope: "no-course" },
  durationMs: { flag: "--duration", scope: "no-course" },
} as const satisfies Record<string, KnobEffect>;

const PARTIAL_KNOBS = Object.keys(KNOB_EFFECTS) as PartialKnob[];
const AND = new Intl.ListFormat("en-GB");

/** Whether `knob` has an effect under `mode`, in some experiment at least. */
export function appliesUnder(mode: ModeName, knob: PartialKnob): boolean {
  const { scope }: KnobEffect = KNOB_EFFECTS[knob];
  return scope === "no-course" || scope.includes(mode);
}

/** Those of the knobs set by `overrides` that nothing reads in `experiment` under `mode`, each with where it has an effect. */
export function withoutEffect(
  mode: ModeName,
  experiment: KnobUser,
  overrides: KnobOverrides,
): readonly KnobWithoutEffect[] {
  const set: Readonly<Record<string, unknown>> = { ...overrides, ...overrides.timings };
  return PARTIAL_KNOBS.filter((knob) => set[knob] !== undefined && !applies(mode, experiment, knob)).map((knob) => ({
    knob,
    where: where(KNOB_EFFECTS[knob]),
  }));
}

/**
 * Refuses knobs that nothing would read: a result must not look as if they had been in force.
 * @throws {InputError} naming every such flag, where it applies, and the remedy.
 */
export function assertEffective(mode: ModeName, experiment: KnobUser, overrides: KnobOverrides): void {
  const refused = withoutEffect(mode, experiment, overrides);
  if (refused.length === 0) return;
  const reasons = refused.map(
    ({ knob, where: there }) =>
      `${KNOB_EFFECTS[knob].flag} has no effect ${here(mode, experiment, knob)}: it applies ${there}`,
  );
  throw new InputError(`${reasons.join("; ")}; leave ${refused.length === 1 ? "it" : "them"} out`);
}

/** `overrides` without the knobs that have no effect in `experiment` under `mode`. */
export function effectiveOnly(mode: ModeName, experiment: KnobUser, overrides: KnobOverrides): KnobOverrides {
  const dropped = new Set<string>(withoutEffect(mode, experiment, overrides).map(({ knob }) => knob));
  const kept = <T>(settings: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !dropped.has(name)));
  return { ...kept<unknown>(overrides), timings: kept(overrides.timings ?? {}) };
}

function applies(mode: ModeName, experiment: KnobUser, knob: PartialKnob): boolean {
  if (KNOB_EFFECTS[knob].scope !== "no-course") return appliesUnder(mode, knob);
  return experiment !== undefined && experiment.course === undefined;
}

function where({ scope, elsewhere }: KnobEffect): string {
  if (scope === "no-course") return "in experiments without a course of their own, such as share";
  return `under ${AND.format(scope)}${elsewhere === undefined ? "" : ` (${elsewhere})`}`;
}

function here(mode: ModeName, experiment: KnobUser, knob: PartialKnob): string {
  if (KNOB_EFFECTS[knob].scope !== "no-course") return `under ${mode}`;
  return experiment === undefined ? "without an experiment" : `in ${experiment.name}`;
}
