import { Expectation } from "@grpc-lb-lab/measure";
import type { Rules } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import type { Judged } from "../outcome.ts";
import type { Parameters, Policy } from "../policy.ts";
import type { Column } from "../policy-cell.ts";
import { rulesText } from "../rules-text/rules-text.ts";
import type { TrialResult } from "../run-trial.ts";

/** What a trial can come to. */
const TRIED_OUTCOMES = ["obeyed", "ignored", "refused", "differs"] as const satisfies readonly Judged["outcome"][];

/** What a policy came to in a column, and what that rests on. */
export const MeasuredCell = v.object({
  mode: v.string(),
  dialect: v.string(),
  policy: v.string(),
  parameters: v.record(v.string(), v.union([v.number(), v.string()])),
  outcome: v.picklist(TRIED_OUTCOMES),
  /** What it comes to, in words with figures. */
  words: v.string(),
  expectations: v.array(Expectation),
  refusals: v.array(v.object({ by: v.string(), reason: v.string() })),
  /** The rules, ready to paste. */
  asked: v.string(),
  durationMs: v.pipe(v.number(), v.minValue(0)),
});
export type MeasuredCell = v.InferOutput<typeof MeasuredCell>;

/** What is known of a trial once it is made, as plain data. */
export function measuredCell(
  policy: Policy,
  parameters: Parameters,
  { mode, dialect }: Column,
  result: TrialResult,
): MeasuredCell {
  const { outcome, words, expectations, refusals, durationMs } = result;
  return {
    ...{ mode: mode.name, dialect, policy: policy.name, parameters: { ...parameters } },
    ...{ outcome, words, expectations: [...expectations], refusals: refusals.map((refusal) => ({ ...refusal })) },
    asked: askedText(policy, parameters, { mode, dialect }),
    durationMs: Math.round(durationMs),
  };
}

/** What is asked in a column, ready to paste; empty where its dialect cannot say it. */
export function askedText(policy: Policy, parameters: Parameters, { mode, dialect }: Column): string {
  const rules: Rules | undefined = policy.dialects(parameters)[dialect];
  return rules === undefined ? "" : rulesText(rules, mode);
}
