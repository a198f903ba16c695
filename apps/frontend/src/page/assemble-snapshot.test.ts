import { expect, test } from "vitest";
import { CallStats } from "../traffic/call-stats.ts";
import { finishedCall } from "../traffic/testing/finished-call.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import type { StageReading } from "./stage-client.ts";

function start() {
  const clock = { ms: 0 };
  const stats = new CallStats({ now: () => clock.ms });
  const count = (pod: string, calls: number) => {
    for (let i = 0; i < calls; i++) stats.record(finishedCall({ pod }));
  };
  const shown = (stage?: StageReading) => {
    const traffic = { rate: 0, kind: "unary", inFlight: 0, skipped: 0 } as const;
    const samples = stats.takeSamples();
    return assembleSnapshot({ mode: "headless", stats: stats.snapshot(), samples, traffic, stage });
  };
  return { clock, stats, count, shown };
}

function stageOf(...names: string[]): StageReading {
  return { pods: names.map((name) => ({ name, ready: true, zone: "lab-b" })), maxPods: 12, problem: "" };
}

test("with a stage, evenness is over the pods that are ready, those that answer nothing included", () => {
  const { count, shown } = start();
  count("backend-1", 40);
  const snapshot = shown(stageOf("backend-1", "backend-2", "backend-3", "backend-4"));
  expect(snapshot).toMatchObject({ evenness: 0.25, recent: { evenness: 0.25 }, countedPods: 4 });
  expect(snapshot.pods.map(({ recentShare, zone }) => [recentShare, zone])).toEqual([
    [1, "lab-b"],
    [0, "lab-b"],
    [0, "lab-b"],
    [0, "lab-b"],
  ]);
});

test("a pod that starts is shown and not counted; one that is gone is shown until its last calls are 10 s old", () => {
  const { clock, count, shown } = start();
  count("backend-1", 10);
  count("backend-9", 10);
  const stage: StageReading = {
    ...stageOf(),
    pods: [
      { name: "backend-1", ready: true },
      { name: "backend-2", ready: false },
    ],
  };
  const states = () => shown(stage).pods.map(({ name, state }) => `${name} ${state}`);
  expect(states()).toEqual(["backend-1 ready", "backend-2 starting", "backend-9 gone"]);
  expect(shown(stage).countedPods).toBe(1);
  clock.ms += 11_000;
  expect(states()).toEqual(["backend-1 ready", "backend-2 starting"]);
});

test("without a stage, the pods are those that answered within a minute of the last call", () => {
  const { clock, count, shown } = start();
  count("old", 10);
  clock.ms += 61_000;
  expect(shown().pods.map(({ name }) => name)).toEqual(["old"]);
  count("new", 30);
  expect(shown()).toMatchObject({ pods: [{ name: "new", state: "seen", share: 0.75, recentShare: 1 }], answered: 40 });
});

test("errors have their names, the most frequent first; rates count them", () => {
  const { clock, stats, shown } = start();
  stats.record(finishedCall({ code: 4, pod: undefined }));
  clock.ms += 20_000;
  for (let i = 0; i < 10; i++) stats.record(finishedCall({ code: i < 5 ? 14 : 0 }));
  expect(shown()).toMatchObject({
    failed: 6,
    recent: { failed: 5, answered: 5, perSecond: expect.closeTo(10 / 9, 3) },
    errors: [
      { code: "UNAVAILABLE", count: 5, recent: 5 },
      { code: "DEADLINE_EXCEEDED", count: 1, recent: 0 },
    ],
  });
});

test("samples point at their pods, and at none where nobody is known", () => {
  const { stats, count, shown } = start();
  count("backend-2", 1);
  count("backend-1", 1);
  stats.record(finishedCall({ code: 14, pod: undefined }));
  expect(shown().samples).toEqual([
    [1, 0],
    [0, 0],
    [-1, 1],
  ]);
});
