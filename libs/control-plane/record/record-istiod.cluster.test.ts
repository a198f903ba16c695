import { connectCluster } from "@grpc-lb-lab/cluster";
import { expect, test } from "vitest";
import { readRecording } from "../src/comparison/proxyless-recording.ts";
import { recordIstiod } from "./record-istiod.ts";

// Needs a cluster with Istio and mode `proxyless` deployed; LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";

test("istiod sends what was recorded", async () => {
  const { recordedFrom: now, ...fresh } = await recordIstiod(await connectCluster(context));
  const { recordedFrom: then, ...recorded } = readRecording();
  expect(fresh, `recorded from ${JSON.stringify(then)}, now ${JSON.stringify(now)}`).toEqual(recorded);
});

test("what it cannot record from is told in a line", async () => {
  await expect(connectCluster("no-such-context")).rejects.toThrow('has no context "no-such-context"');
});
