import type { CallRecord } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { settleRun } from "../knobs/settle-run.ts";
import { slowTurnsTake } from "../testing/mutations.ts";
import { observation, resultOf } from "../testing/observation-builder.ts";
import { renamed } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { slowPod } from "./slow-pod.ts";
import { turnsOf } from "./turns.ts";

const seen = (mode: string, asked = {}) => asExpected(slowPod, observation(mode, slowPod, asked));
const judged = (mode: string, asked = {}) =>
  slowPod.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);

describe("the course of slow-pod", () => {
  it("makes the pod in use slow four times, each after a turn without it", async () => {
    const log = await takeCourse(slowPod, "watch");
    const turn = log.slice(0, 7);
    expect(turn).toEqual([
      "phase healthy 1",
      "pause 1500",
      "note slow backend-5",
      'fault backend-5 {"latencyMs":200}',
      "phase slow 1",
      "pause 1500",
      "fault backend-5 {}",
    ]);
    expect(log).toHaveLength(4 * 8);
    expect(log.filter((line) => line.startsWith("phase slow"))).toHaveLength(4);
  });

  it("needs another pod", () => {
    const mode = renamed("watch");
    const settle = () =>
      settleRun({ mode, experiment: slowPod, stage: STAGES.local, asked: { pods: 1 }, modes: [mode] });
    expect(settle).toThrow("slow-pod needs at least 2 pods: with 1, no other pod could be quicker");
  });
});

describe("a slow pod among five", () => {
  it("answers one call in five of a rotation, which p90 and p95 are of", () => {
    expect(judged("watch")).toEqual([
      ["slow-pod-share", "232 to 248 calls", "240 of 1200 calls"],
      ["p90-slow", ">= 199 ms", "203 ms"],
      ["p95-slow", ">= 199 ms", "203 ms"],
      ["no-failed-calls", "0 calls", "0 of 2400 calls"],
    ]);
  });

  it("answers as many by chance where its zone is drawn by weight", () => {
    expect(judged("proxyless")[0]).toEqual(["slow-pod-share", "171 to 309 calls", "240 of 1200 calls"]);
  });

  it("answers few calls where what is under way counts, so that p90 is not its own", () => {
    for (const [mode, asked] of [
      ["sidecar", {}],
      ["headless", { policy: "least_request" }],
    ] as const) {
      const [share, ...rest] = judged(mode, asked);
      expect(share?.[0]).toBe("slow-pod-spared");
      expect(Number(/\d+/.exec(share?.[1] ?? "")?.[0])).toBeLessThan(120);
      expect(rest.map(([id]) => id)).toEqual(["p90-spared", "no-failed-calls"]);
    }
  });

  it("answers so few where both draws cannot fall on it that p95 is not its own either", () => {
    expect(judged("watch", { policy: "peak_ewma" }).map(([id]) => id)).toEqual([
      "slow-pod-spared",
      "p90-spared",
      "p95-spared",
      "no-failed-calls",
    ]);
  });

  it("is not told by a percentile that other pods' late calls may reach, and a client that is behind makes none late", () => {
    const healthyLate = (fields: Partial<CallRecord>) => {
      const observed = seen("sidecar");
      const isHealthy = new Set(turnsOf(observed).healthy);
      const records = observed.records.map((call, n) =>
        isHealthy.has(call) && n % 12 === 0 ? { ...call, ...fields } : call,
      );
      return slowPod.expectations({ ...observed, records }).map(({ id }) => id);
    };
    expect(healthyLate({ latencyMs: 400 })).toEqual(["slow-pod-spared", "no-failed-calls"]);
    expect(healthyLate({ latencyMs: 400, lagMs: 397 })).toContain("p90-spared");
  });

  it("may get as many calls of peak EWMA as it is drawn for where another pod was slow once", () => {
    const observed = seen("watch", { policy: "peak_ewma" });
    const records = observed.records.map((call, n) => (n === 7 ? { ...call, latencyMs: 180 } : call));
    const bounds = slowPod.expectations({ ...observed, records }).map(({ id, bound }) => [id, bound]);
    expect(bounds).toEqual([
      ["slow-pod-spared", "<= 564 calls"],
      ["no-failed-calls", "0 calls"],
    ]);
  });

  it("answers all calls of its client where connections are balanced, and none of others'", () => {
    expect(judged("plain", { clients: 3 })).toEqual([
      ["one-pod-per-client", "1 pod", "1 pod"],
      ["p90-slow", ">= 199 ms", "203 ms"],
      ["p95-slow", ">= 199 ms", "203 ms"],
      ["no-failed-calls", "0 calls", "0 of 2400 calls"],
    ]);
  });

  it("may answer fewer where another attempt is under way, so that no percentile is expected to be its own", () => {
    expect(judged("watch", { retry: "hedge:3" }).map(([id, bound]) => [id, bound])).toEqual([
      ["slow-pod-share", "0 to 248 calls"],
      ["no-failed-calls", "0 calls"],
    ]);
  });

  it("is the tenth of a call of eleven pods: p90 is another's, p95 its own", () => {
    expect(judged("watch", { pods: 11 }).map(([id]) => id)).toEqual([
      "slow-pod-share",
      "p90-spared",
      "p95-slow",
      "no-failed-calls",
    ]);
  });
});

describe("the figures of slow-pod", () => {
  const figures = (mode: string, change = (observed: ReturnType<typeof seen>) => observed) =>
    resultOf(mode, slowPod, change(seen(mode))).figures.map(({ id, values }) => [id, values]);

  it("are its share, and how many times as long calls take as without it", () => {
    expect(figures("watch")).toEqual([
      ["slow-share", [0.2]],
      ["p90-times", [expect.closeTo(203 / 3, 0)]],
      ["p95-times", [expect.closeTo(203 / 3, 0)]],
      ["p99-slow", [expect.closeTo(203, 0)]],
    ]);
  });

  it("follow what was measured, and are none where nothing was", () => {
    expect(figures("watch", slowTurnsTake(6))[1]).toEqual(["p90-times", [expect.closeTo(2, 1)]]);
    const none = figures("watch", (observed) => ({ ...observed, records: [] }));
    expect(none.slice(0, 3)).toEqual([
      ["slow-share", []],
      ["p90-times", []],
      ["p95-times", []],
    ]);
  });
});

it("says in a sentence what it came to", () => {
  expect(slowPod.summary(seen("watch"))).toBe(
    "The slow pod answered 20.0 % of the calls; p90 was 203 ms, and 3 ms without it.",
  );
  expect(slowPod.summary({ ...seen("watch"), records: [] })).toBe("No call was answered while a pod was slow.");
});
