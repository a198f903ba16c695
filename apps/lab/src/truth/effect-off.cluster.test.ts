import { modeNamed } from "@grpc-lb-lab/modes";
import { type Column, POLICIES, RECORDED_FOLDER, readRecorded } from "@grpc-lb-lab/policies";
import { KubernetesStage } from "@grpc-lb-lab/stage/kubernetes";
import type { Stage } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { exitCode } from "./exit-code.ts";
import { DeafStage } from "./testing/deaf-stage.ts";
import { shortfall } from "./truth-runs.ts";
import { tryCell } from "./try-cell.ts";

// Needs a cluster with mode `proxyless` deployed; LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";

it("a method that is denied is seen to be denied, and not to be once the rule is put in force nowhere", async () => {
  const policy = POLICIES.find(({ name }) => name === "authorization-method") ?? expect.fail("there is no such policy");
  const column: Column = { mode: modeNamed("proxyless"), dialect: "Istio" };
  const recorded = await readRecorded(RECORDED_FOLDER, "kubernetes");
  const { signal } = new AbortController();
  const tried = (stage: Stage) => tryCell({ stage, policy, parameters: policy.parameters, column, recorded, signal });

  const on = await tried(new KubernetesStage({ context }));
  expect([on.outcome, shortfall(on), exitCode([on])]).toEqual(["obeyed", undefined, 0]);

  const off = await tried(new DeafStage(new KubernetesStage({ context })));
  expect(off).toMatchObject({ outcome: "ignored", recorded: { outcome: "obeyed" } });
  expect(exitCode([off])).toBe(1);
});
