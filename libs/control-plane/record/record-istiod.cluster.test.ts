import { expect, test } from "vitest";
import { readRecording } from "../src/comparison/proxyless-recording.ts";
import { recordIstiod } from "./record-istiod.ts";

// Needs a cluster with Istio and mode `proxyless` deployed; LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";

test("istiod sends what was recorded", { timeout: 120_000 }, async () => {
  const { recordedFrom: now, ...fresh } = await recordIstiod(context);
  const { recordedFrom: then, ...recorded } = readRecording();
  expect(fresh, `recorded from ${JSON.stringify(then)}, now ${JSON.stringify(now)}`).toEqual(recorded);
});

test("what it cannot record from is told in a line", async () => {
  const message = 'context no-such-context: error: context "no-such-context" does not exist';
  await expect(recordIstiod("no-such-context")).rejects.toThrow(message);
});
