import { InputError, type LoadSpec, type StageTraits, type StartOptions } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { echoedAnswers } from "./echoed-answers.ts";
import type { Policy } from "./policy.ts";
import { policyCell } from "./policy-cell.ts";
import { runTrial } from "./run-trial.ts";
import { calls } from "./testing/evidence.ts";
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

describe("through the frontend", () => {
  const seen = (over: Partial<Policy>) =>
    policyCell(madeUpPolicy({ name: "some", ...over }), column, new FakeStage(), "frontend");
  const loading = (load: LoadSpec) => ({ trial: () => ({ pods: 2, load, roughSeconds: 1 }) });

  it("a policy is tried whose calls can come that way, and the stage is told to start one before greeters", async () => {
    expect(seen({})).toMatchObject({ is: "tried" });
    expect(seen(loading({ calls: 20, kinds: [{ metadata: { "x-key": "1" }, deadlineMs: 5 }] }))).toMatchObject({
      is: "tried",
    });
    const asked: Partial<StartOptions>[] = [];
    const stage = new FakeStage((_, { app, through }) => {
      asked.push({ app, through });
      return { records: calls(20) };
    });
    const { signal } = new AbortController();
    const { app } = await runTrial({ stage, policy: madeUpPolicy(), parameters: {}, column, app: "frontend", signal });
    expect([asked, app]).toEqual([[{ app: "greeter", through: "frontend" }], "frontend"]);
  });

  it.each([
    [{ calls: 20, clients: 8 }, "some makes its calls from 8 clients, and the frontend is one"],
    [
      { calls: 20, kinds: [{ metadata: { user: "ann" } }] },
      "some sends the header user, which the frontend does not pass on",
    ],
    [
      { calls: 20, kinds: [{ metadata: { "x-envoy-retries": "1" } }] },
      "some sends the header x-envoy-retries, which the frontend does not pass on",
    ],
  ])("one whose calls cannot is skipped, with the reason: %j", (load, reason) => {
    expect(seen(loading(load))).toMatchObject({ is: "skipped", reason });
  });

  it("nothing is tried where a stage starts no frontend", () => {
    const stage = new FakeStage();
    const without: StageTraits = { ...stage, abilities: { ...stage.abilities, startsFrontend: false } };
    expect(policyCell(madeUpPolicy(), column, without, "frontend")).toMatchObject({
      is: "skipped",
      reason: "the local stage starts no frontend for calls to go through",
    });
  });
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
