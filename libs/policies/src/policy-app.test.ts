import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { echoedAnswers } from "./echoed-answers.ts";
import { policyCell } from "./policy-cell.ts";
import { runTrial } from "./run-trial.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { madeUpMode } from "./testing/made-up-mode.ts";
import { madeUpPolicy } from "./testing/made-up-policy.ts";
import { columnsOf } from "./truth/truth-cells.ts";

const column = columnsOf([madeUpMode()])[0] ?? expect.fail("a made-up mode can be asked");
const trial = () => ({ pods: 2, load: { calls: 20, kinds: [{ method: "SayHelloStream" as const }] }, roughSeconds: 1 });
const ofStreams = madeUpPolicy({ name: "of-streams", trial });

it("a policy whose calls an application cannot take is skipped with it, and tried with another", () => {
  const reason = "of-streams calls SayHelloStream, which the application echo does not have";
  expect(policyCell(ofStreams, column, new FakeStage(), "echo")).toMatchObject({ is: "skipped", reason });
  expect(policyCell(ofStreams, column, new FakeStage())).toMatchObject({ is: "tried" });
  expect(policyCell(madeUpPolicy(), column, new FakeStage(), "echo")).toMatchObject({ is: "tried" });
});

it("is refused as well where only the deployment knows what its pods run, and the deployment is ended", async () => {
  const stage = new FakeStage(() => ({}));
  const request = { stage, policy: ofStreams, parameters: {}, column, app: "echo" as const };
  const refused = await runTrial({ ...request, signal: new AbortController().signal }).catch((error) => error);
  expect(refused).toBeInstanceOf(InputError);
  expect(refused.message).toContain("which the deployed application echo does not have");
  expect(stage.log).toEqual(["start made-up-mode", "end made-up-mode"]);
});

it("of what pods echo one answer of each version is kept, and none where they do not", () => {
  const told = (version: string, echoed?: string) => ({ zone: "lab-a", version, echoed });
  const seenPods = new Map([
    ["pod-1", told("v2")],
    ["pod-2", told("v1", "Host=a\n")],
    ["pod-3", told("v1", "Host=b\n")],
    ["pod-4", told("v2", "Host=c\n")],
  ]);
  expect(echoedAnswers({ seenPods })).toEqual([
    { pod: "pod-2", version: "v1", text: "Host=a\n" },
    { pod: "pod-4", version: "v2", text: "Host=c\n" },
  ]);
  expect(echoedAnswers({ seenPods: new Map([["pod-1", told("v1")]]) })).toEqual([]);
});
