import type { CallRecord } from "@grpc-lb-lab/measure";
import { InputError, type Mode, RulesRefusedError, type StartOptions } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { ALL_ANSWERED_WITHOUT } from "./ended-with.ts";
import type { Control } from "./policy.ts";
import { runTrial } from "./run-trial.ts";
import { calls } from "./testing/evidence.ts";
import { type FakeAnswer, FakeStage } from "./testing/fake-stage.ts";
import { madeUpMode } from "./testing/made-up-mode.ts";
import { madeUpPolicy } from "./testing/made-up-policy.ts";
import { columnsOf } from "./truth/truth-cells.ts";

const column = columnsOf([madeUpMode()])[0] ?? expect.fail("a made-up mode can be asked");
const [ANSWERED, FAILED] = [calls(20), calls(20, { code: 14 })];

/** A trial of a policy whose calls fail where it is obeyed, with a control; calls come out so under each rule. */
function trial(stage: FakeStage, control: Control = ALL_ANSWERED_WITHOUT) {
  const policy = madeUpPolicy({ control });
  return runTrial({ stage, policy, parameters: policy.parameters, column, signal: new AbortController().signal });
}

function stageWith(answer: (rules: StartOptions["rules"]) => FakeAnswer): FakeStage {
  return new FakeStage((_: Mode, { rules }) => answer(rules));
}

const comesTo = (without: CallRecord[], withRule: CallRecord[]) =>
  stageWith((rules) => ({ records: rules === undefined ? without : withRule }));

it("comes first, and is over when the rule comes", async () => {
  const stage = comesTo(ANSWERED, FAILED);
  expect(await trial(stage)).toMatchObject({
    outcome: "obeyed",
    words: "without the rule, calls that are answered: 20 of 20; calls that end UNAVAILABLE: 20 of 20",
  });
  expect(stage.log).toEqual(["start made-up-mode", "end made-up-mode", "start made-up-mode", "end made-up-mode"]);
});

it("sees that what fails under the rule failed before", async () => {
  expect(await trial(comesTo(FAILED, FAILED))).toMatchObject({
    outcome: "differs",
    words: "without the rule, calls that are answered: 0 of 20",
  });
});

it("changes nothing of a rule that is ignored", async () => {
  expect(await trial(comesTo(ANSWERED, ANSWERED))).toMatchObject({ outcome: "ignored" });
});

it("may ask for something else instead, which nobody may refuse", async () => {
  const instead = { dialect: "gRPC service config", serviceConfig: { percent: 0 } } as const;
  const control = { ...ALL_ANSWERED_WITHOUT, dialects: { "gRPC service config": instead } };
  const seen: StartOptions["rules"][] = [];
  await trial(
    stageWith((rules) => {
      seen.push(rules);
      return { records: rules === instead ? ANSWERED : FAILED };
    }),
    control,
  );
  expect(seen).toEqual([instead, { dialect: "gRPC service config", serviceConfig: { percent: 100 } }]);
  const refusing = stageWith(() => {
    throw new RulesRefusedError("admission", "no");
  });
  const nack = stageWith(() => ({ refusals: [{ by: "the client (NACK)", reason: "no" }] }));
  for (const stage of [refusing, nack]) {
    const error = await trial(stage, control).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain("made-up cannot be held against calls without its rule");
  }
});
