import { InputError, MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage";
import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "./index.ts";
import { appliesUnder, assertEffective, effectiveOnly, type PartialKnob, withoutEffect } from "./knob-effects.ts";
import type { KnobOverrides } from "./knobs.ts";
import { podCrash } from "./pod-crash/pod-crash.ts";
import { share } from "./share/share.ts";

const EVERYTHING: KnobOverrides = {
  pods: 3,
  clients: 2,
  rate: 50,
  calls: 10,
  durationMs: 1_000,
  policy: "pick_first",
  maxAgeMs: 3_000,
  retry: "off",
  drain: false,
  drainDelayMs: 1,
  proxyRetries: 0,
  workMs: 0,
  deadlineMs: 1_000,
  dnsMinIntervalMs: 0,
  timings: { dnsTtlMs: 0, endpointLagMs: 0 },
};

const refusedKnobs = (...given: Parameters<typeof withoutEffect>) => withoutEffect(...given).map(({ knob }) => knob);
const refusal = (...given: Parameters<typeof assertEffective>) => {
  try {
    assertEffective(...given);
  } catch (error) {
    return error;
  }
};

describe("knobs without effect", () => {
  it.each<[ModeName, PartialKnob[]]>([
    ["plain", ["proxyRetries", "dnsMinIntervalMs", "dnsTtlMs"]],
    ["headless", ["proxyRetries"]],
    ["watch", ["proxyRetries", "dnsMinIntervalMs", "dnsTtlMs"]],
    ["envoy", ["dnsMinIntervalMs"]],
    ["sidecar", ["dnsMinIntervalMs", "dnsTtlMs"]],
    ["proxyless", ["policy", "retry", "dnsMinIntervalMs", "dnsTtlMs"]],
  ])("under %s are %j, whatever their values", (mode, knobs) => {
    expect(refusedKnobs(mode, share, EVERYTHING)).toEqual(knobs);
    expect(knobs.map((knob) => appliesUnder(mode, knob))).toEqual(knobs.map(() => false));
  });

  it("are the number of calls and the time of counting wherever a course decides, or nothing counts", () => {
    const set = { calls: 10, durationMs: 1_000 };
    for (const experiment of EXPERIMENTS) {
      const refused = experiment.name === "share" ? [] : ["calls", "durationMs"];
      expect(refusedKnobs("headless", experiment, set), experiment.name).toEqual(refused);
    }
    expect(refusedKnobs("headless", undefined, set)).toEqual(["calls", "durationMs"]);
  });

  it("are none when none is set", () => {
    const unset = { calls: undefined, policy: undefined, proxyRetries: undefined, timings: {} };
    for (const mode of MODE_NAMES) expect(withoutEffect(mode, podCrash, unset)).toEqual([]);
  });

  it("come with where they have one", () => {
    expect(withoutEffect("plain", share, { timings: { dnsTtlMs: 500 } })).toEqual([
      { knob: "dnsTtlMs", where: "under headless and envoy" },
    ]);
  });

  it("are dropped, and no others", () => {
    const { calls, durationMs, dnsMinIntervalMs, ...kept } = EVERYTHING;
    expect([calls, durationMs, dnsMinIntervalMs]).not.toContain(undefined);
    expect(effectiveOnly("envoy", podCrash, EVERYTHING)).toEqual(kept);
    expect(effectiveOnly("watch", share, EVERYTHING).timings).toEqual({ endpointLagMs: 0 });
  });
});

describe("the refusal of knobs without effect", () => {
  it("names flag, mode, where it applies, and the remedy", () => {
    const error = refusal("plain", share, { proxyRetries: 1 });
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      message: "--proxy-retries has no effect under plain: it applies under envoy, sidecar and proxyless; leave it out",
    });
  });

  it("tells all of them at once, and what rules under proxyless instead", () => {
    expect(refusal("proxyless", share, { policy: "pick_first", retry: "3" })).toMatchObject({
      message:
        "--policy has no effect under proxyless: it applies under plain, headless, watch, envoy and sidecar (under proxyless xDS sets the policy); --retry has no effect under proxyless: it applies under plain, headless, watch, envoy and sidecar (under proxyless xDS sets retries, by --proxy-retries); leave them out",
    });
  });

  it("names the experiment whose course decides, or that there is none", () => {
    const where = "it applies in experiments without a course of their own, such as share; leave it out";
    expect(refusal("watch", podCrash, { calls: 10 })).toMatchObject({
      message: `--calls has no effect in pod-crash: ${where}`,
    });
    expect(refusal("watch", undefined, { durationMs: 10 })).toMatchObject({
      message: `--duration has no effect without an experiment: ${where}`,
    });
  });

  it.each<[ModeName, KnobOverrides]>([
    ["headless", { policy: "pick_first", dnsMinIntervalMs: 500, timings: { dnsTtlMs: 0 } }],
    ["plain", { policy: "round_robin", retry: "3" }],
    ["proxyless", { proxyRetries: 0, maxAgeMs: 3_000 }],
  ])("does not meet %s with %j", (mode, overrides) => {
    expect(refusal(mode, podCrash, overrides)).toBeUndefined();
  });
});
