import { type Judged, judge } from "../outcome.ts";
import type { Evidence, Parameters, Policy } from "../policy.ts";

/** What a policy makes of evidence, with the values that it asks for by itself. */
export function outcomeOf<P extends Parameters>(policy: Policy<P>, seen: Evidence): Judged["outcome"] {
  return judge(policy, policy.parameters, seen, []).outcome;
}
