import { modeNamed } from "@grpc-lb-lab/modes";
import { POLICIES } from "@grpc-lb-lab/policies";
import { undisturbedPath } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { localStage } from "./local-stage.ts";
import { rulesAsked } from "./rules-asked.ts";

const policy = (name: string) => POLICIES.find((one) => one.name === name) ?? expect.fail(`no policy ${name}`);
const stage = localStage({ seed: 1, find: async () => expect.fail("no program is needed") });

it("asks a policy of a mode while an experiment runs, which expects what the policy makes of the path", async () => {
  const { mode, start, knob } = await rulesAsked(policy("balance-least-request"), modeNamed("envoy"), stage);
  expect(undisturbedPath(mode).at(-1)?.pick.kind).toBe("least request");
  expect(start).toEqual({ rules: expect.objectContaining({ dialect: "Envoy" }) });
  expect(knob).toMatchObject({ name: "rules", value: "balance-least-request, in Envoy", default: "none" });
});

it("has pods of two versions where the policy tells them apart", async () => {
  const { start } = await rulesAsked(policy("weights"), modeNamed("sidecar"), stage);
  expect(start.canaryPods).toBeGreaterThan(0);
});
