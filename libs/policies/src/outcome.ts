import type { Expectation } from "@grpc-lb-lab/measure";
import { InputError, type Path, type Refusal } from "@grpc-lb-lab/stage-api";
import type { Evidence, Parameters, Policy } from "./policy.ts";

/**
 * What came of a policy.
 * - `obeyed`: its effect was seen.
 * - `ignored`: it was accepted, and has no effect.
 * - `refused`: admission, a NACK or an error said no.
 * - `not expressible`: no dialect of the mode has it.
 * - `differs`: an effect other than asked.
 */
type Outcome = "obeyed" | "ignored" | "refused" | "not expressible" | "differs";

/** An outcome, and what it rests on. */
export interface Judged {
  readonly outcome: Exclude<Outcome, "not expressible">;
  /** The bounds by which it was judged, with what was measured. */
  readonly expectations: readonly Expectation[];
  /** What it comes to, in words. */
  readonly words: string;
  /** Whether it is obeyed, and calls would have gone so without the rule. */
  readonly asWithoutRule: boolean;
}

/** What is said of such an outcome. */
const AS_WITHOUT_RULE = "as without the rule";

/**
 * Judges by effect alone: obeyed if all holds that must be seen then, ignored likewise, else it differs. Who refused is asked first.
 * @param control - what was seen without the rule: nothing is obeyed that was so before.
 * @throws {InputError} where both hold, or too little was seen: such a trial cannot tell.
 */
export function judge<P extends Parameters>(
  policy: Policy<P>,
  parameters: P,
  seen: Evidence,
  refusals: readonly Refusal[],
  control: readonly Expectation[] = [],
): Judged {
  const obeyed = [...control, ...policy.obeyed(seen, parameters)];
  const [refusal] = refusals;
  if (refusal !== undefined) {
    const words = `${refusal.by}: ${refusal.reason}`;
    return { outcome: "refused", expectations: obeyed, words, asWithoutRule: false };
  }
  const ignored = policy.ignored(seen, parameters);
  if (holds(obeyed) && holds(ignored)) throw undecided(policy.name, parameters, obeyed);
  if (holds(obeyed)) {
    const isAsEver = asWithoutRule(policy, seen.path, "obeyed");
    const words = isAsEver ? `${AS_WITHOUT_RULE}: ${measured(obeyed)}` : measured(obeyed);
    return { outcome: "obeyed", expectations: obeyed, words, asWithoutRule: isAsEver };
  }
  if (holds(ignored)) {
    return { outcome: "ignored", expectations: ignored, words: measured(ignored), asWithoutRule: false };
  }
  const words = policy.differs?.(seen, parameters) ?? measured(obeyed.filter(({ ok }) => !ok));
  return { outcome: "differs", expectations: obeyed, words, asWithoutRule: false };
}

/**
 * Whether a policy is obeyed by a path that does so without being asked, so that nobody sees whether the rule was heeded. What a path does by itself is what
 * experiments hold it to.
 */
export function asWithoutRule<P extends Parameters>(
  { isAsEver }: Pick<Policy<P>, "isAsEver">,
  path: Path,
  outcome: Outcome,
): boolean {
  return outcome === "obeyed" && (isAsEver?.(path) ?? false);
}

function undecided(policy: string, parameters: Parameters, obeyed: readonly Expectation[]): InputError {
  const asked = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return new InputError(
    `${policy} with ${asked.join(", ")} would look the same if nobody heeded it (${measured(obeyed)}): ask for more of it, or for less`,
  );
}

/** Nothing expected is nothing seen. */
function holds(expectations: readonly Expectation[]): boolean {
  return expectations.length > 0 && expectations.every(({ ok }) => ok);
}

function measured(expectations: readonly Expectation[]): string {
  return expectations.map(({ what, measured: figure }) => `${what}: ${figure}`).join("; ");
}
