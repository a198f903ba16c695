import { LatencyHistogram, RunResult } from "@grpc-lb-lab/measure";
import { LOCAL_TIMINGS } from "@grpc-lb-lab/stage";
import { describe, expect, it } from "vitest";
import { podCrash } from "./pod-crash/pod-crash.ts";
import { rollout } from "./rollout/rollout.ts";
import { brokenRun, runResult, skippedRun } from "./run-result.ts";
import { share } from "./share/share.ts";
import { observation } from "./testing/observation-builder.ts";
import { asExpected } from "./testing/scenarios.ts";

describe("the result of a run", () => {
  it("has the schema's shape and the run's figures", () => {
    const seen = asExpected(share, observation("watch", share));
    const result = runResult(share, seen, 2_345.6);
    expect(RunResult["~standard"].validate(result)).toMatchObject({ value: result });
    expect(result).toMatchObject({
      mode: "watch",
      experiment: "share",
      stage: "local",
      status: "passed",
      durationMs: 2_346,
      evenness: 1,
      calls: { total: 400, ok: 400, failed: 0, warmUp: 20, retries: 0, hedges: 0 },
    });
    expect(result.pods[0]).toEqual({ pod: "backend-1", zone: "lab-a", version: "v1", calls: 100 });
    expect(LatencyHistogram.decode(result.histogram).count).toBe(400);
    expect(result.latencyMs.p50).toBeCloseTo(3, 1);
  });

  it("lists pods that answered none, and counts them into the evenness", () => {
    const result = runResult(share, asExpected(share, observation("plain", share)), 0);
    expect(result.pods.map(({ calls }) => calls)).toEqual([400, 0, 0, 0]);
    expect(result.evenness).toBe(0.25);
  });

  it("fails when an expectation does not hold", () => {
    const seen = observation("watch", share).answered("backend-1", 400).build();
    expect(runResult(share, seen, 0).status).toBe("failed");
  });

  it("counts errors by code, each with the first message", () => {
    const seen = observation("watch", share)
      .answered("backend-1", 2)
      .answered(undefined, 2)
      .answered(undefined, 1, { code: 4 })
      .build();
    const firstMessages = new Map([
      [14, "Connection dropped"],
      [4, "Deadline exceeded after 5.000s"],
    ]);
    expect(runResult(share, { ...seen, firstMessages }, 0).errors).toEqual([
      { code: "UNAVAILABLE", count: 2, firstMessage: "Connection dropped" },
      { code: "DEADLINE_EXCEEDED", count: 1, firstMessage: "Deadline exceeded after 5.000s" },
    ]);
  });

  it.each([
    ["4", { retries: 5, hedges: 0 }],
    ["hedge:3", { retries: 0, hedges: 5 }],
  ])("counts further attempts apart from calls, with retry %s", (retry, extra) => {
    const seen = observation("watch", share, { retry })
      .answered("backend-1", 2, { attempts: 3 })
      .answered("backend-2", 1, { attempts: 2 })
      .answered("backend-2", 3)
      .build();
    expect(runResult(share, seen, 0).calls).toMatchObject({ total: 6, ok: 6, ...extra });
  });

  it("counts phases from the load's beginning, with their failed calls", () => {
    const result = runResult(rollout, asExpected(rollout, observation("headless", rollout)), 0);
    expect(result.phases).toEqual([
      { name: "quick", fromMs: 300, toMs: 10_000, failed: 225 },
      { name: "slow", fromMs: 10_000, toMs: 35_000, failed: 0 },
    ]);
  });

  it("shows the stage's timings beside what they stand for", () => {
    const { knobs } = runResult(podCrash, asExpected(podCrash, observation("envoy", podCrash)), 0);
    const byName = new Map(knobs.map((knob) => [knob.name, knob]));
    expect(byName.get("endpointLagMs")).toMatchObject({ value: 1_000, default: 1_000, reason: "" });
    expect(byName.get("dnsTtlMs")).toMatchObject({ value: 1_000, default: 30_000 });
    expect(byName.get("dnsTtlMs")?.reason).toBe(
      `stands for ${LOCAL_TIMINGS.dnsTtlMs.standsFor}; shortened, so that the run is short`,
    );
  });

  it("keeps its timeline to about 60 buckets", () => {
    const { timeline } = runResult(rollout, asExpected(rollout, observation("headless", rollout)), 0);
    expect(timeline.bucketMs).toBe(600);
    expect(timeline.failed).toHaveLength(59);
    expect(timeline.failed.reduce((sum, count) => sum + count, 0)).toBe(225);
  });
});

describe("a run without measurement", () => {
  it("is skipped, or failed, with its reason as a sentence", () => {
    const skipped = skippedRun("envoy", "share", "local", "no Envoy can be had");
    expect(RunResult["~standard"].validate(skipped)).toMatchObject({ value: skipped });
    expect(skipped).toMatchObject({ status: "skipped", summary: "Skipped: no Envoy can be had." });
    const broken = brokenRun("envoy", "share", "local", "pod backend-2 was not ready within 20000 ms.");
    expect(broken).toMatchObject({ status: "failed", reason: "pod backend-2 was not ready within 20000 ms." });
    expect(broken.summary).toBe("Not finished: pod backend-2 was not ready within 20000 ms.");
  });
});
