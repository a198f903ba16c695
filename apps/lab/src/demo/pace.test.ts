import { brokenRun } from "@grpc-lb-lab/experiments";
import type { RunResult } from "@grpc-lb-lab/measure";
import { expect, it } from "vitest";
import { paceOf } from "./pace.ts";

function runWithStart(startMs: number): RunResult {
  const run = brokenRun("some mode", { name: "share", figures: [] }, "local", "made up");
  const events = [
    { atMs: -5_000, kind: "pod-added", pod: "backend-1" },
    { atMs: -4_900, kind: "pod-added", pod: "backend-2" },
    { atMs: -4_800, kind: "pod-ready", pod: "backend-1" },
    { atMs: -4_900 + startMs, kind: "pod-ready", pod: "backend-2" },
  ];
  return { ...run, events };
}

it("makes several runs at once where pods start as quickly as they should", () => {
  const quick = { atOnce: 3, why: "because they mostly wait" };
  expect(paceOf([runWithStart(400), runWithStart(700)], 3, 2_000)).toEqual(quick);
  expect(paceOf([], 3, 2_000)).toEqual(quick);
});

it.each([
  [1_200, 2, "1.2"],
  [1_900, 1, "1.9"],
  [9_000, 1, "9.0"],
])("makes fewer on a slow machine, and says why: a start of %d ms", (startMs, atOnce, seconds) => {
  const why = `because this machine is slow: a pod took ${seconds} s to start`;
  expect(paceOf([runWithStart(700), runWithStart(startMs)], 3, 2_000)).toEqual({ atOnce, why });
});
