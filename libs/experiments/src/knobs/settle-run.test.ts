import type { StageName } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../experiment.ts";
import { podCrash } from "../pod-crash/pod-crash.ts";
import { rollout } from "../rollout/rollout.ts";
import { share } from "../share/share.ts";
import { type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { STAGES } from "../testing/stages.ts";
import { type KnobOverrides, resolveKnobs } from "./knobs.ts";
import { knobsInForce } from "./knobs-in-force.ts";
import { settleRun } from "./settle-run.ts";

const settled = (
  key: ModeKey,
  experiment: Experiment | undefined,
  asked: KnobOverrides = {},
  stage: StageName = "local",
) => settleRun({ mode: renamed(key), experiment, stage: STAGES[stage], asked, modes: [renamed(key)] });

describe("resolved knobs", () => {
  it("are the base, the experiment's own, then what the caller set; undefined sets nothing", () => {
    const knobs = resolveKnobs({ rate: 200, workMs: 20 }, { workMs: 5, pods: undefined, deadlineMs: 1_000 });
    expect(knobs).toMatchObject({
      pods: 4,
      clients: 1,
      rate: 200,
      workMs: 5,
      deadlineMs: 1_000,
      retry: "off",
      drain: true,
    });
  });

  it("merge the stage's timings by name", () => {
    const own = { timings: { restartAfterMs: 6_000, dnsTtlMs: 8_000 } };
    expect(resolveKnobs(own, { timings: { dnsTtlMs: 0 } }).timings).toEqual({ restartAfterMs: 6_000, dnsTtlMs: 0 });
  });

  it("are a closed loop when the caller asks for one, whatever rate the experiment has", () => {
    expect(resolveKnobs({ rate: 200 }, { inFlight: 8 })).toMatchObject({ rate: undefined, inFlight: 8 });
  });
});

it("gives way to what is deployed, so that a result tells what was in force", () => {
  const asked = resolveKnobs({}, {});
  expect(knobsInForce(asked, {})).toEqual(asked);
  const deployed = { drainDelayMs: 5_000, maxConnectionAgeMs: 30_000, maxConnectionAgeGraceMs: 10_000 };
  expect(knobsInForce(asked, deployed)).toEqual({
    ...asked,
    drainDelayMs: 5_000,
    maxAgeMs: 30_000,
    maxAgeGraceMs: 10_000,
  });
  expect(knobsInForce(asked, { drainDelayMs: 0 })).toEqual({ ...asked, drain: false, drainDelayMs: 0 });
});

describe("the knobs of an experiment", () => {
  const inForce = (...given: Parameters<typeof settled>) => settled(...given).knobs;

  it("are its load, unless the caller asks for another", () => {
    expect(inForce("watch", share)).toMatchObject({ rate: 200, calls: 400, durationMs: undefined });
    expect(inForce("watch", share, { durationMs: 1_000 })).toMatchObject({ calls: undefined, durationMs: 1_000 });
    expect(inForce("watch", share, { durationMs: 1_000, calls: 7 })).toMatchObject({ calls: 7, durationMs: 1_000 });
    expect(inForce("watch", undefined)).toMatchObject({ rate: 100, calls: undefined });
  });

  it("leave out what the caller set without effect, so that it is not in force by name", () => {
    const set = {
      policy: "pick_first",
      retry: "3",
      dnsMinIntervalMs: 9_000,
      timings: { dnsTtlMs: 0, endpointLagMs: 5 },
    };
    expect(inForce("proxyless", share, set)).toMatchObject({
      policy: undefined,
      retry: "off",
      dnsMinIntervalMs: 1_000,
      timings: { endpointLagMs: 5 },
    });
    expect(inForce("headless", share, set)).toMatchObject(set);
    expect(inForce("watch", rollout, { calls: 10, durationMs: 10 })).toMatchObject({
      calls: undefined,
      durationMs: undefined,
    });
  });

  it("leave out what the experiment sets without effect: rollout's client retries under xDS", () => {
    expect(inForce("watch", rollout).retry).toBe("4");
    expect(inForce("proxyless", rollout).retry).toBe("off");
  });
});

describe("the timings of a run", () => {
  const timings = (stage: StageName, key: ModeKey, experiment: Experiment, asked: KnobOverrides = {}) =>
    settled(key, experiment, asked, stage).knobs.timings;

  it("are, of those that an experiment wishes, the ones that the stage can set", () => {
    expect(timings("local", "headless", rollout)).toEqual({ dnsTtlMs: 10_000 });
    expect(timings("containers", "headless", rollout)).toEqual({});
    expect(timings("containers", "watch", podCrash)).toEqual({ restartAfterMs: 6_000 });
    expect(timings("kubernetes", "watch", podCrash)).toEqual({});
  });

  it("leave out what a caller of the library asks of a stage in vain", () => {
    const asked = { timings: { endpointLagMs: 500 } };
    expect(timings("containers", "plain", share, asked)).toEqual({ endpointLagMs: 500 });
    expect(timings("containers", "envoy", share, asked)).toEqual({});
    expect(timings("kubernetes", "plain", share, asked)).toEqual({});
  });
});

describe("the applications' environment", () => {
  const env = (asked: KnobOverrides = {}, key: ModeKey = "headless") => settled(key, undefined, asked).start.env ?? {};

  it("has the names of the contract", () => {
    expect(env({ policy: "pick_first", maxAgeMs: 3_000, retry: "hedge:3", dnsMinIntervalMs: 500, workMs: 20 })).toEqual(
      {
        BACKEND_LB_POLICY: "pick_first",
        MAX_CONNECTION_AGE_MS: "3000",
        BACKEND_RETRY: "hedge:3",
        BACKEND_DEADLINE_MS: "5000",
        BACKEND_DNS_MIN_INTERVAL_MS: "500",
        DRAIN_DELAY_MS: "1500",
        SHUTDOWN_GRACE_MS: "5000",
        WORK_MS: "20",
      },
    );
  });

  it("has how many calls pods work on at once where they are not to work on all", () => {
    expect(env({ workAtOnce: 2 })).toMatchObject({ WORK_AT_ONCE: "2" });
    expect(Object.keys(env())).not.toContain("WORK_AT_ONCE");
  });

  it("leaves the mode its policy and connections their age, unless asked", () => {
    expect(Object.keys(env())).not.toEqual(expect.arrayContaining(["BACKEND_LB_POLICY"]));
    expect(Object.keys(env())).not.toEqual(expect.arrayContaining(["MAX_CONNECTION_AGE_MS"]));
  });

  it("has no policy and no retries where xDS sets them, and the floor of resolutions where DNS is asked alone", () => {
    const names = (key: ModeKey) => Object.keys(env({ policy: "pick_first", retry: "4" }, key)).toSorted();
    const always = ["BACKEND_DEADLINE_MS", "DRAIN_DELAY_MS", "SHUTDOWN_GRACE_MS", "WORK_MS"];
    expect(names("proxyless")).toEqual(always);
    expect(names("watch")).toEqual(["BACKEND_LB_POLICY", "BACKEND_RETRY", ...always].toSorted());
  });

  it("has the client's pings where they are asked for", () => {
    expect(env({ keepaliveMs: 2_000 })).toMatchObject({ BACKEND_KEEPALIVE_MS: "2000" });
    expect(Object.keys(env())).not.toContain("BACKEND_KEEPALIVE_MS");
  });

  it("ends pods at once without drain", () => {
    expect(env({ drain: false })).toMatchObject({ DRAIN_DELAY_MS: "0", SHUTDOWN_GRACE_MS: "0" });
  });
});
