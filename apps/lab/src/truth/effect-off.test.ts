import { MODES, undisturbedPath } from "@grpc-lb-lab/modes";
import { type Column, columnsOf, POLICIES, type Policy, policyCell, runTrial } from "@grpc-lb-lab/policies";
import { LOCAL } from "@grpc-lb-lab/stage/abilities";
import type { Mode, Stage, StartOptions } from "@grpc-lb-lab/stage-api";
import { beforeAll, describe, expect, it } from "vitest";
import { localStage } from "../local-stage.ts";
import { ProgramsOnce } from "../programs-once.ts";

/** FULL=1 turns off every policy; else one that fails calls, and one that changes them. */
const isFull = Boolean(process.env.FULL);
const FEW = ["fault-abort", "request-headers"];

if (!isFull) console.warn(`NOT RUN: the effects of other policies than ${FEW.join(", ")} turned off; FULL=1 runs them`);

const ASKED = POLICIES.filter((policy) => (isFull || FEW.includes(policy.name)) && columnOf(policy) !== undefined);

/** A stage that accepts rules and puts none in force. */
class Deaf implements Stage {
  readonly #stage: Stage;
  readonly name;
  readonly what;
  readonly abilities;

  constructor(stage: Stage) {
    this.#stage = stage;
    ({ name: this.name, what: this.what, abilities: this.abilities } = stage);
  }

  start(mode: Mode, options: StartOptions) {
    return this.#stage.start(mode, { ...options, rules: undefined });
  }
}

describe("a rule that is accepted and put in force nowhere", () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Deaf(localStage({ seed: 1, find: new ProgramsOnce(process.env, () => {}).find }));
  });

  it.each(ASKED.map((policy) => [policy.name, policy]))(
    "is not seen to be obeyed: %s",
    async (_, policy) => {
      const { outcome } = await runTrial({
        stage,
        policy,
        parameters: policy.parameters,
        column: columnOf(policy) ?? expect.fail("no mode can be asked here"),
        signal: new AbortController().signal,
      });
      expect(outcome).toBe("ignored");
    },
    60_000,
  );
});

/** The last mode that can be asked, and does not do so by itself: one with more between client and pod than others. */
function columnOf(policy: Policy) {
  const isAsked = (column: Column) => policyCell(policy, column, LOCAL).is === "tried";
  return columnsOf(MODES).findLast((one) => isAsked(one) && !policy.isAsEver?.(undisturbedPath(one.mode)));
}
