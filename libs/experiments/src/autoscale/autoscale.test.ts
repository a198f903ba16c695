import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { settleRun } from "../knobs/settle-run.ts";
import type { AutoscalingSample, Observation } from "../observation.ts";
import { nothingSeen, oneFails } from "../testing/mutations.ts";
import { BEGAN_AT_MS, observation, podName, resultOf } from "../testing/observation-builder.ts";
import { type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { autoscale } from "./autoscale.ts";

const settle = (asked: KnobOverrides) => {
  const mode = renamed("watch");
  return settleRun({ mode, experiment: autoscale, stage: STAGES.kubernetes, asked, modes: [mode] });
};

const sample = (atMs: number, pods: number, meanMilliCpu: number | undefined, busiestMilliCpu: number) =>
  ({ atMs: BEGAN_AT_MS + atMs, pods, wantedPods: pods, meanMilliCpu, busiestMilliCpu }) satisfies AutoscalingSample;

/** 16 calls under way at four pods that take 200 ms for each, for a minute; two pods join after half of that. */
function balanced(mode: ModeKey, asked: KnobOverrides = {}): Observation {
  const joined = [5, 6].map(podName);
  const all = [1, 2, 3, 4].map(podName);
  const seen = observation(mode, autoscale, asked, "kubernetes")
    .joined(5, 30_000)
    .joined(6, 30_000)
    .calls({ toMs: 60_000, everyMs: 50, latencyMs: 800 }, (atMs, turn) => {
      const pods = atMs < 31_000 ? all : [...all, ...joined];
      return pods[turn % pods.length];
    })
    .build();
  const autoscaling = [sample(0, 4, undefined, 0), sample(10_000, 4, 190, 215), sample(30_000, 6, 130, 210)];
  return { ...seen, autoscaling };
}

/** The same at the one pod of a connection. */
function pinned(): Observation {
  const seen = observation("plain", autoscale, {}, "kubernetes")
    .calls({ toMs: 60_000, everyMs: 200, latencyMs: 3_200 }, () => podName(1))
    .build();
  const autoscaling = [sample(0, 4, undefined, 0), sample(30_000, 4, 56, 220), sample(60_000, 4, 55, 210)];
  return { ...seen, autoscaling };
}

const verdicts = (seen: Observation) => autoscale.expectations(seen).map(({ id, ok }) => [id, ok]);
const broken = (seen: Observation) => verdicts(seen).flatMap(([id, ok]) => (ok ? [] : [id]));
const withSamples = (seen: Observation, change: (one: AutoscalingSample) => Partial<AutoscalingSample>) => ({
  ...seen,
  autoscaling: seen.autoscaling?.map((one) => ({ ...one, ...change(one) })),
});

describe("the course of autoscale", () => {
  it("waits until the autoscaler sees something, then until it adds pods, and watches these", async () => {
    const log = await takeCourse(autoscale, "watch", {}, "kubernetes");
    expect(log.slice(0, 8)).toEqual([
      "note autoscale 100 mCPU a pod, 4 to 8 pods",
      "autoscale to 100 mCPU, 4 to 8",
      "keep 4 pods",
      "phase watched",
      "keep 5 pods",
      "phase after",
      "keep 5 pods",
      "pause 2000",
    ]);
  });

  it("keeps to half of what the work of a pod can use", () => {
    const { knobs, start } = settle({});
    expect([knobs.inFlight, knobs.rate]).toEqual([16, undefined]);
    expect(start.env).toMatchObject({ WORK_MS: "160", WORK_CPU_MS: "40", WORK_AT_ONCE: "1" });
    expect(settle({ pods: 3, inFlight: 5 }).knobs.inFlight).toBe(5);
  });

  it("refuses what it is not about", () => {
    expect(() => settle({ clients: 2 })).toThrow("leave --clients out");
    expect(() => settle({ rate: 20 })).toThrow("set --in-flight, not --rate");
  });
});

describe("calls that are balanced", () => {
  it("bring pods, which answer", () => {
    expect(verdicts(balanced("watch"))).toEqual([
      ["scaled", true],
      ["mean-over-target", true],
      ["new-pods-answer", true],
      ["no-failed-calls", true],
    ]);
    const seen = balanced("watch");
    expect(broken(withSamples(seen, () => ({ pods: 4 })))).toEqual(["scaled"]);
    expect(broken(withSamples(seen, () => ({ meanMilliCpu: 100 })))).toEqual(["mean-over-target"]);
    const records = seen.records.filter(({ pod }) => pod !== podName(6));
    expect(broken({ ...seen, records })).toEqual(["new-pods-answer"]);
    expect(broken(oneFails(seen))).toEqual(["no-failed-calls"]);
  });

  it("bring pods that stay idle where nobody tells the client of them", () => {
    const seen = balanced("headless");
    expect(broken(seen)).toEqual(["new-pods-idle"]);
    const records = seen.records.filter(({ pod }) => pod !== podName(5) && pod !== podName(6));
    expect(broken({ ...seen, records })).toEqual([]);
  });

  it("are not judged by new pods that may be without calls for longer than they were watched", () => {
    expect(verdicts(balanced("headless", { maxAgeMs: 60_000 })).map(([id]) => id)).not.toContain("new-pods-answer");
  });
});

it("fools the autoscaler where one pod has all calls: the mean stays low, and calls wait", () => {
  const seen = pinned();
  expect(verdicts(seen)).toEqual([
    ["not-scaled", true],
    ["one-pod-saturated", true],
    ["calls-wait", true],
    ["no-failed-calls", true],
  ]);
  const last = (one: AutoscalingSample) => (one.atMs === BEGAN_AT_MS + 60_000 ? { pods: 5 } : {});
  expect(broken(withSamples(seen, last))).toEqual(["not-scaled"]);
  expect(broken(withSamples(seen, () => ({ busiestMilliCpu: 100 })))).toEqual(["one-pod-saturated"]);
  const records = seen.records.map((record) => ({ ...record, latencyMs: 300 }));
  expect(broken({ ...seen, records })).toEqual(["calls-wait"]);
  expect(broken(oneFails(seen))).toEqual(["no-failed-calls"]);
});

it("does not hold when nothing was seen", () => {
  for (const seen of [balanced("watch"), pinned()]) {
    const held = autoscale.expectations({ ...nothingSeen(seen), autoscaling: [] }).filter(({ ok }) => ok);
    expect(held).toEqual([]);
  }
});

it("shows pods, CPU and p99 over time, and says what became of the pods", () => {
  const { figures, curves = [] } = resultOf("watch", autoscale, balanced("watch"));
  expect(figures).toMatchObject([{ id: "scaled-pods", values: [4, 6] }]);
  expect(curves.map(({ id, points }) => [id, points.slice(0, 2).map(({ x, y }) => [x, y])])).toEqual([
    [
      "autoscaled-pods",
      [
        [0, 4],
        [10, 4],
      ],
    ],
    [
      "mean-cpu",
      [
        [0, null],
        [10, 190],
      ],
    ],
    [
      "busiest-cpu",
      [
        [0, 0],
        [10, 215],
      ],
    ],
    [
      "p99",
      [
        [0, 800],
        [10, 800],
      ],
    ],
  ]);
  expect(autoscale.summary(balanced("watch"))).toBe(
    "4 pods became 6: the busiest pod used 215 mCPU, the mean was 190 mCPU.",
  );
  expect(autoscale.summary(pinned())).toBe(
    "4 pods stayed 4, though the busiest pod used 220 mCPU, the mean was 56 mCPU.",
  );
});
