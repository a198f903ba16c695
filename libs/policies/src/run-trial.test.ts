import { expect, it } from "vitest";
import { runTrial } from "./run-trial.ts";
import { evidence } from "./testing/evidence.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { madeUpMode } from "./testing/made-up-mode.ts";
import { madeUpPolicy } from "./testing/made-up-policy.ts";
import { columnsOf } from "./truth/truth-cells.ts";

const column = columnsOf([madeUpMode()])[0] ?? expect.fail("a made-up mode can be asked");

it("knows who has refused the rules, though a mesh may tell no sooner than it is asked what pods have received", async () => {
  const refusals = [{ by: "the client (NACK)", reason: "no percentage" }];
  const { records } = evidence();
  const stage = new FakeStage(() => ({ records, refusals }));
  const signal = new AbortController().signal;
  const result = await runTrial({ stage, policy: madeUpPolicy(), parameters: {}, column, signal });
  expect(result).toMatchObject({ outcome: "refused", words: "the client (NACK): no percentage", refusals });
});
