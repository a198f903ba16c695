import { InputError, type Mode, type StageName } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../experiment.ts";
import { EXPERIMENTS } from "../experiments.ts";
import { podCrash } from "../pod-crash/pod-crash.ts";
import { share } from "../share/share.ts";
import { KEYS, type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { STAGES } from "../testing/stages.ts";
import { assertAllRead, assertReadSomewhere } from "./dropped-knob.ts";
import type { KnobName } from "./knob-table.ts";
import type { KnobOverrides } from "./knobs.ts";
import { settleRun } from "./settle-run.ts";

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
  proxyVariant: "other",
  proxyWorkers: 2,
  workMs: 0,
  deadlineMs: 1_000,
  dnsMinIntervalMs: 0,
  timings: { dnsTtlMs: 0, endpointLagMs: 0 },
};

/** What only some proxies between have. */
const OF_PROXIES: readonly KnobName[] = ["proxyVariant", "proxyWorkers"];

/** Those that refusals name here, whatever others there are. */
const SIX = ["plain", "headless", "watch", "envoy", "sidecar", "proxyless"].map(renamed);

const settled = (key: ModeKey, experiment: Experiment | undefined, asked: KnobOverrides, stage: StageName = "local") =>
  settleRun({ mode: renamed(key), experiment, stage: STAGES[stage], asked, modes: SIX });

const droppedKnobs = (...given: Parameters<typeof settled>) => settled(...given).dropped.map(({ knob }) => knob);
const refusal = (...given: Parameters<typeof settled>) => {
  try {
    assertAllRead(settled(...given).dropped);
  } catch (error) {
    return error;
  }
};
const name = (key: ModeKey) => renamed(key).name;
const AND = new Intl.ListFormat("en-GB");
const names = (...keys: ModeKey[]) => AND.format(keys.map(name));

/** A mode whose proxies have this variant, and no other. */
const variantOf = (mode: Mode, variant: string): Mode => ({
  ...mode,
  name: `${mode.name}-${variant}`,
  path: (settings) => mode.path(settings).map((hop) => ({ ...hop, adjustable: { variants: [variant] } })),
});

describe("knobs without effect", () => {
  it.each<[ModeKey, KnobName[]]>([
    ["plain", ["proxyRetries", ...OF_PROXIES, "dnsMinIntervalMs", "dnsTtlMs"]],
    ["headless", ["proxyRetries", ...OF_PROXIES]],
    ["watch", ["proxyRetries", ...OF_PROXIES, "dnsMinIntervalMs", "dnsTtlMs"]],
    ["envoy", ["proxyVariant", "dnsMinIntervalMs"]],
    ["sidecar", [...OF_PROXIES, "dnsMinIntervalMs", "dnsTtlMs"]],
    ["proxyless", ["policy", "retry", ...OF_PROXIES, "dnsMinIntervalMs", "dnsTtlMs"]],
  ])("under %s are %j, whatever their values", (key, knobs) => {
    expect(droppedKnobs(key, share, EVERYTHING)).toEqual(knobs);
  });

  it("are the number of calls and the time of counting wherever a course decides, or nothing counts", () => {
    const set = { calls: 10, durationMs: 1_000 };
    for (const experiment of EXPERIMENTS) {
      const dropped = experiment.course === undefined ? [] : ["calls", "durationMs"];
      expect(droppedKnobs("headless", experiment, set), experiment.name).toEqual(dropped);
    }
    expect(droppedKnobs("headless", undefined, set)).toEqual(["calls", "durationMs"]);
  });

  it("are the length of streams wherever none are opened", () => {
    for (const experiment of EXPERIMENTS) {
      const dropped = experiment.load.kind === "streams" ? [] : ["streamMs"];
      expect(droppedKnobs("watch", experiment, { streamMs: 60_000 }), experiment.name).toEqual(dropped);
    }
    expect(refusal("watch", share, { streamMs: 60_000 })).toMatchObject({
      message: "--stream-length has no effect in share: it applies in experiments that open streams; leave it out",
    });
  });

  it("are none when none is set", () => {
    const unset = { calls: undefined, policy: undefined, proxyRetries: undefined, timings: {} };
    for (const key of KEYS) expect(droppedKnobs(key, podCrash, unset)).toEqual([]);
  });

  it("are dropped, and no others", () => {
    const { calls, durationMs, dnsMinIntervalMs, proxyVariant: _variant, proxyWorkers: _workers, ...kept } = EVERYTHING;
    expect([calls, durationMs, dnsMinIntervalMs]).not.toContain(undefined);
    const { restartAfterMs: _, ...timings } = settled("envoy", podCrash, EVERYTHING).knobs.timings;
    expect({ ...settled("envoy", podCrash, EVERYTHING).knobs, timings }).toMatchObject(kept);
    expect(settled("watch", share, EVERYTHING).knobs.timings).toEqual({ endpointLagMs: 0 });
  });
});

describe("the refusal of knobs without effect", () => {
  it("names flag, mode, where it applies, and the remedy", () => {
    const error = refusal("plain", share, { proxyRetries: 1 });
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      message: `--proxy-retries has no effect under ${name("plain")}: it applies under ${names("envoy", "sidecar", "proxyless")}; leave it out`,
    });
  });

  it("names what a knob was set to, where each mode has other values", () => {
    const other = variantOf(renamed("nginx"), "other");
    const asked = { proxyVariant: "static" };
    const modes = [renamed("plain"), renamed("nginx"), other];
    const { dropped } = settleRun({ mode: other, experiment: share, stage: STAGES.local, asked, modes });
    expect(() => assertAllRead(dropped)).toThrow(
      `--variant static has no effect under ${other.name}: it applies under ${name("nginx")}; leave it out`,
    );
    expect(droppedKnobs("nginx", share, asked)).toEqual([]);
  });

  it("tells all of them at once, and what rules elsewhere instead", () => {
    const own = names("plain", "headless", "watch", "envoy", "sidecar");
    const proxyless = name("proxyless");
    expect(refusal("proxyless", share, { policy: "pick_first", retry: "3" })).toMatchObject({
      message: `--policy has no effect under ${proxyless}: it applies under ${own} (under ${proxyless} xDS sets the policy); --retry has no effect under ${proxyless}: it applies under ${own} (under ${proxyless} xDS sets retries, by --proxy-retries); leave them out`,
    });
  });

  it("names the experiment whose course decides, or that there is none", () => {
    const where = "it applies in experiments without steps of their own, such as share; leave it out";
    expect(refusal("watch", podCrash, { calls: 10 })).toMatchObject({
      message: `--calls has no effect in pod-crash: ${where}`,
    });
    expect(refusal("watch", undefined, { durationMs: 10 })).toMatchObject({
      message: `--duration has no effect without an experiment: ${where}`,
    });
  });

  it.each<[ModeKey, KnobOverrides]>([
    ["headless", { policy: "pick_first", dnsMinIntervalMs: 500, timings: { dnsTtlMs: 0 } }],
    ["plain", { policy: "round_robin", retry: "3" }],
    ["proxyless", { proxyRetries: 0, maxAgeMs: 3_000 }],
  ])("does not meet %s with %j", (key, overrides) => {
    expect(refusal(key, podCrash, overrides)).toBeUndefined();
  });
});

describe("the refusal of timings that a stage cannot set", () => {
  it.each<[StageName, ModeKey, KnobOverrides["timings"], string]>([
    [
      "containers",
      "headless",
      { dnsTtlMs: 500 },
      "--dns-ttl has no effect on the containers stage: it uses the engine's DNS; leave it out",
    ],
    [
      "containers",
      "envoy",
      { endpointLagMs: 500 },
      `--endpoint-lag has no effect on the containers stage: under ${name("envoy")} its endpoints come from the engine's DNS; leave it out`,
    ],
    [
      "kubernetes",
      "headless",
      { dnsTtlMs: 500, endpointLagMs: 0 },
      "--dns-ttl has no effect on the kubernetes stage: it uses the cluster's DNS; --endpoint-lag has no effect on the kubernetes stage: it uses the cluster's control plane; leave them out",
    ],
    [
      "kubernetes",
      "watch",
      { restartAfterMs: 1 },
      "restartAfterMs has no effect on the kubernetes stage: it has no such delay; leave it out",
    ],
  ])("of %s under %s names %j with reason and remedy", (stage, key, timings, message) => {
    const refused = refusal(key, share, { timings }, stage);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused).toMatchObject({ message });
  });

  it("does not meet what the stage can set, or nothing", () => {
    expect(refusal("headless", share, { timings: { dnsTtlMs: 500, endpointLagMs: 0 } })).toBeUndefined();
    expect(refusal("watch", share, { timings: { endpointLagMs: 0 } }, "containers")).toBeUndefined();
    expect(refusal("headless", share, {}, "kubernetes")).toBeUndefined();
  });
});

it("is a mistake in several runs only where none of them reads it", () => {
  const dropped = (key: ModeKey) => settled(key, undefined, { dnsMinIntervalMs: 5_000 }).dropped;
  expect(() => assertReadSomewhere([dropped("plain"), dropped("headless")])).not.toThrow();
  expect(() => assertReadSomewhere([dropped("plain"), dropped("watch")])).toThrow("--dns-interval has no effect");
  expect(() => assertReadSomewhere([])).not.toThrow();
});
