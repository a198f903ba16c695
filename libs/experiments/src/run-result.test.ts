import { LatencyHistogram, RunResult } from "@grpc-lb-lab/measure";
import { CLUSTER_TIMINGS } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { podCrash } from "./pod-crash/pod-crash.ts";
import { rollout } from "./rollout/rollout.ts";
import { brokenRun, skippedRun } from "./run-result.ts";
import { share } from "./share/share.ts";
import { observation, podName, resultOf } from "./testing/observation-builder.ts";
import { renamed } from "./testing/renamed-modes.ts";
import { asExpected } from "./testing/scenarios.ts";

describe("the result of a run", () => {
  it("has the schema's shape and the run's figures", () => {
    const seen = asExpected(share, observation("watch", share));
    const result = resultOf("watch", share, seen, 2_345.6);
    expect(RunResult["~standard"].validate(result)).toMatchObject({ value: result });
    expect(result).toMatchObject({
      mode: renamed("watch").name,
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

  it("tells how an open loop kept its schedule, which is no expectation of the mode", () => {
    const seen = observation("watch", share).calls({ toMs: 2_000, everyMs: 5 }, (_, turn) => podName(1 + (turn % 4)));
    const onTime = seen.build();
    expect(resultOf("watch", share, onTime).schedule).toMatchObject({
      plannedPerSecond: 200,
      achievedPerSecond: 200,
      clientWasLimit: false,
    });
    const records = onTime.records.map((record, index) => ({ ...record, lagMs: 5 * index }));
    const late = resultOf("watch", share, { ...onTime, records });
    expect(late).toMatchObject({ status: "passed", problems: [], schedule: { clientWasLimit: true } });
    expect(late.schedule?.achievedPerSecond).toBeCloseTo(100, 0);
    const closed = { ...onTime, knobs: { ...onTime.knobs, rate: undefined, inFlight: 5 } };
    expect(resultOf("watch", share, closed).schedule).toBeUndefined();
  });

  it("lists pods that answered none, and counts them into the evenness", () => {
    const result = resultOf("plain", share, asExpected(share, observation("plain", share)));
    expect(result.pods.map(({ calls }) => calls)).toEqual([400, 0, 0, 0]);
    expect(result.evenness).toBe(0.25);
  });

  it("fails when an expectation does not hold", () => {
    const seen = observation("watch", share).answered("backend-1", 400).build();
    expect(resultOf("watch", share, seen).status).toBe("failed");
  });

  it("says over how many calls a percentile is", () => {
    const seen = observation("watch", share).answered("backend-1", 30).answered(undefined, 10).build();
    const result = resultOf("watch", share, seen);
    expect(result.latencyMs.calls).toBe(30);
    expect(result.figures.map(({ id, overCalls }) => [id, overCalls])).toEqual([
      ["share", undefined],
      ["evenness", undefined],
      ["p50", 30],
      ["p99", 30],
    ]);
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
    expect(resultOf("watch", share, { ...seen, firstMessages }).errors).toEqual([
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
    expect(resultOf("watch", share, seen).calls).toMatchObject({ total: 6, ok: 6, ...extra });
  });

  it("counts phases from the load's beginning, with their failed calls, who answered the others, and how fast", () => {
    const result = resultOf("headless", rollout, asExpected(rollout, observation("headless", rollout)));
    expect(result.phases).toMatchObject([
      { name: "quick", fromMs: 300, toMs: 10_000, failed: 225, latencyMs: { calls: 260 } },
      { name: "slow", fromMs: 10_000, toMs: 35_000, failed: 0, latencyMs: { calls: 1_250 } },
    ]);
    const answered = result.phases.map((phase) =>
      Object.values(phase.answered ?? {}).reduce((sum, calls) => sum + calls),
    );
    expect(answered).toEqual([260, 1_250]);
  });

  it("shows the stage's timings beside what they stand for", () => {
    const { knobs } = resultOf("envoy", podCrash, asExpected(podCrash, observation("envoy", podCrash)));
    const byName = new Map(knobs.map((knob) => [knob.name, knob]));
    expect(byName.get("endpointLagMs")).toMatchObject({ value: 1_000, default: 1_000, reason: "" });
    expect(byName.get("dnsTtlMs")).toMatchObject({ value: 1_000, default: 30_000 });
    expect(byName.get("dnsTtlMs")?.reason).toBe(
      `stands for ${CLUSTER_TIMINGS.dnsTtlMs.standsFor}; shortened to keep the run short`,
    );
  });

  it("keeps its timeline to about 60 buckets", () => {
    const { timeline } = resultOf("headless", rollout, asExpected(rollout, observation("headless", rollout)));
    expect(timeline.bucketMs).toBe(600);
    expect(timeline.failed).toHaveLength(59);
    expect(timeline.failed.reduce((sum, count) => sum + count, 0)).toBe(225);
  });
});

describe("a run that the lab fails to judge", () => {
  const seen = asExpected(share, observation("watch", share));
  const mistake = new TypeError("pods is not iterable");
  const fail = () => {
    throw mistake;
  };

  it.each([
    ["expectations", { ...share, expectations: fail }],
    ["summary", { ...share, summary: fail }],
    ["figures", { ...share, figures: [{ id: "x", heading: ["x", "y"], unit: "ms", rank: 1, read: fail }] }],
  ] as const)("by its %s keeps what was measured, and says whose failure it is", (_, experiment) => {
    const defects: unknown[] = [];
    const result = resultOf("watch", experiment, seen, 0, (error) => defects.push(error));
    expect(defects).toEqual([mistake]);
    expect(RunResult["~standard"].validate(result)).toMatchObject({ value: result });
    expect(result).toMatchObject({ status: "failed", calls: { total: 400 }, evenness: 1 });
    expect(result.expectations.at(-1)).toEqual({
      id: "judged",
      what: "the lab judges what it has measured",
      bound: "a verdict",
      measured: "a failure of the lab itself (TypeError: pods is not iterable)",
      ok: false,
    });
  });
});

describe("a run without measurement", () => {
  it("is skipped, or failed, with its reason as a sentence", () => {
    const skipped = skippedRun("some mode", share, "local", "no Envoy can be had");
    expect(RunResult["~standard"].validate(skipped)).toMatchObject({ value: skipped });
    expect(skipped).toMatchObject({ status: "skipped", summary: "Skipped: no Envoy can be had." });
    const broken = brokenRun("some mode", share, "local", "pod backend-2 was not ready within 20000 ms.");
    expect(broken).toMatchObject({ status: "failed", reason: "pod backend-2 was not ready within 20000 ms." });
    expect(broken.summary).toBe("Not finished: pod backend-2 was not ready within 20000 ms.");
  });
});
