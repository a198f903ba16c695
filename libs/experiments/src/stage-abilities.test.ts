import { InputError, type ModeName, type Stage } from "@grpc-lb-lab/stage";
import { describe, expect, it } from "vitest";
import { cost, costPlaintext } from "./cost/cost.ts";
import { deadPeer } from "./dead-peer/dead-peer.ts";
import { EXPERIMENTS } from "./index.ts";
import { assertPossible, assertSettable } from "./stage-abilities.ts";
import { STAGES } from "./testing/stages.ts";

const EVERY_STAGE = Object.keys(STAGES) as Stage["name"][];

describe("the refusal of timings that a stage cannot set", () => {
  it.each<[Stage["name"], ModeName, Record<string, number>, string]>([
    [
      "containers",
      "headless",
      { dnsTtlMs: 500 },
      "--dns-ttl has no effect on the containers stage: its DNS is the engine's; leave it out",
    ],
    [
      "containers",
      "envoy",
      { endpointLagMs: 500 },
      "--endpoint-lag has no effect on the containers stage: under envoy endpoints come from its DNS, which is the engine's; leave it out",
    ],
    [
      "kubernetes",
      "headless",
      { dnsTtlMs: 500, endpointLagMs: 0 },
      "--dns-ttl has no effect on the kubernetes stage: its DNS is the cluster's; --endpoint-lag has no effect on the kubernetes stage: its control plane is the cluster's; leave them out",
    ],
    [
      "kubernetes",
      "watch",
      { restartAfterMs: 1 },
      "restartAfterMs has no effect on the kubernetes stage: it has no such delay; leave it out",
    ],
  ])("of %s under %s names %j with reason and remedy", (stage, mode, timings, message) => {
    const refused = () => assertSettable(STAGES[stage], mode, { timings });
    expect(refused).toThrow(InputError);
    expect(refused).toThrow(message);
  });

  it("does not meet what the stage can set, or nothing", () => {
    assertSettable(STAGES.local, "headless", { timings: { dnsTtlMs: 500, endpointLagMs: 0 } });
    assertSettable(STAGES.containers, "watch", { timings: { endpointLagMs: 0 } });
    assertSettable(STAGES.kubernetes, "headless", {});
  });
});

describe("an experiment that needs a network", () => {
  it("is refused where pods have none, with the remedy", () => {
    expect(() => assertPossible(STAGES.local, deadPeer, "watch")).toThrow(InputError);
    expect(() => assertPossible(STAGES.local, deadPeer, "watch")).toThrow(
      "dead-peer cuts pods off their network, which the local stage cannot: --stage containers",
    );
    assertPossible(STAGES.containers, deadPeer, "watch");
  });

  it("is none of those that run everywhere", () => {
    for (const stage of EVERY_STAGE)
      for (const experiment of EXPERIMENTS) assertPossible(STAGES[stage], experiment, "plain");
  });
});

describe("an experiment about what containers use", () => {
  it("is refused where nobody knows, with the remedy", () => {
    expect(() => assertPossible(STAGES.local, cost, "plain")).toThrow(
      "cost needs the kubelet's figures, which the local stage has not: --stage kubernetes",
    );
    assertPossible(STAGES.kubernetes, cost, "plain");
  });

  it("is refused where nobody encrypts anything that could be left out", () => {
    expect(() => assertPossible(STAGES.kubernetes, costPlaintext, "envoy")).toThrow(
      "cost-plaintext is about sidecar and proxyless alone, not envoy: take one of those modes",
    );
    assertPossible(STAGES.kubernetes, costPlaintext, "sidecar");
  });
});
