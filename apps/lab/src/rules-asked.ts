import type { Knob } from "@grpc-lb-lab/measure";
import { columnFor, modeUnder, type Policy, RECORDED_FOLDER, readRecorded, recordedCell } from "@grpc-lb-lab/policies";
import type { Mode, Stage, StartOptions } from "@grpc-lb-lab/stage-api";

/** A policy that is in force while an experiment runs. */
export interface RulesAsked {
  /** The mode with the path that the policy makes of it. */
  readonly mode: Mode;
  /** What the stage is to start it with. */
  readonly start: Pick<StartOptions, "rules" | "canaryPods">;
  /** How results tell of it. */
  readonly knob: Knob;
}

/**
 * Asks a policy of a mode, in the first of its dialects that can say it. Whether it is obeyed is what was recorded on that stage; where nothing was, it is taken
 * to be.
 * @throws {InputError} where the mode knows no dialect that can say it.
 */
export async function rulesAsked(policy: Policy, mode: Mode, stage: Stage): Promise<RulesAsked> {
  const { parameters } = policy;
  const { dialect } = columnFor(policy, mode, stage.name);
  const key = { mode: mode.name, dialect, policy: policy.name };
  const recorded = recordedCell(await readRecorded(RECORDED_FOLDER, stage.name), key, parameters);
  const outcome = recorded?.outcome ?? "obeyed";
  const { canaryPods } = policy.trial(parameters);
  return {
    mode: modeUnder(mode, policy, outcome),
    start: { rules: policy.dialects(parameters)[dialect], ...(canaryPods === undefined ? {} : { canaryPods }) },
    knob: {
      name: "rules",
      value: `${policy.name}, in ${dialect}`,
      default: "none",
      reason: `${policy.asks(parameters)}: ${outcome}${recorded === undefined ? ", as nothing else is recorded" : ", as recorded"}`,
    },
  };
}
