import type { ModeName } from "@grpc-lb-lab/stage";
import { describe, expect, it } from "vitest";
import { experimentKnobs, knobEnv, resolveKnobs, startOptions } from "./knobs.ts";
import { rollout } from "./rollout/rollout.ts";
import { share } from "./share/share.ts";

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

describe("the knobs of an experiment", () => {
  it("leave out what the caller set without effect, so that it is not in force by name", () => {
    const set = {
      policy: "pick_first",
      retry: "3",
      dnsMinIntervalMs: 9_000,
      timings: { dnsTtlMs: 0, endpointLagMs: 5 },
    };
    expect(experimentKnobs("proxyless", share, set)).toMatchObject({
      policy: undefined,
      retry: "off",
      dnsMinIntervalMs: 1_000,
      timings: { endpointLagMs: 5 },
    });
    expect(experimentKnobs("headless", share, set)).toMatchObject(set);
    expect(experimentKnobs("watch", rollout, { calls: 10, durationMs: 10 })).toMatchObject({
      calls: undefined,
      durationMs: undefined,
    });
  });

  it("leave out what the experiment sets without effect: rollout's client retries under proxyless", () => {
    expect(experimentKnobs("watch", rollout, {}).retry).toBe("4");
    expect(experimentKnobs("proxyless", rollout, {}).retry).toBe("off");
  });
});

describe("the applications' environment", () => {
  const env = (overrides = {}, mode: ModeName = "headless") => knobEnv(mode, resolveKnobs({}, overrides));

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

  it("leaves the mode its policy and connections their age, unless asked", () => {
    expect(Object.keys(env())).not.toEqual(expect.arrayContaining(["BACKEND_LB_POLICY"]));
    expect(Object.keys(env())).not.toEqual(expect.arrayContaining(["MAX_CONNECTION_AGE_MS"]));
  });

  it("has no policy and no retries under proxyless, where xDS sets them, and the floor of resolutions where DNS is asked alone", () => {
    const knobs = { policy: "pick_first", retry: "4" };
    const { signal } = new AbortController();
    const names = (mode: ModeName) => Object.keys(startOptions(mode, resolveKnobs({}, knobs), signal).env ?? {});
    const always = ["BACKEND_DEADLINE_MS", "DRAIN_DELAY_MS", "SHUTDOWN_GRACE_MS", "WORK_MS"];
    expect(names("proxyless")).toEqual(always);
    expect(names("watch")).toEqual(["BACKEND_LB_POLICY", "BACKEND_RETRY", ...always]);
  });

  it("ends pods at once without drain", () => {
    expect(env({ drain: false })).toMatchObject({ DRAIN_DELAY_MS: "0", SHUTDOWN_GRACE_MS: "0" });
  });
});
