import { EXPERIMENTS, type KnobOverrides, settleRun } from "@grpc-lb-lab/experiments";
import { MODES } from "@grpc-lb-lab/modes";
import { LOCAL } from "@grpc-lb-lab/stage/abilities";
import { describe, expect, it } from "vitest";
import { named } from "../options/named.ts";
import { announcement } from "./announcement.ts";
import { type PlannedRun, plannedRun } from "./plan.ts";

const SIX_MODES = MODES.slice(0, 6);
const share = named("share", EXPERIMENTS);
const rollout = named("rollout", EXPERIMENTS);

function runsOf(experiment: typeof share, asked: KnobOverrides = {}): PlannedRun[] {
  return SIX_MODES.map((mode) =>
    plannedRun(mode, experiment, () => settleRun({ mode, experiment, stage: LOCAL, asked, modes: MODES })),
  );
}

const first = (runs: readonly PlannedRun[]) => runs.slice(0, 1);

describe("the announcement of a plan", () => {
  it("is left out where the plan is short", () => {
    expect(announcement(runsOf(share), [], 1)).toEqual([]);
    expect(announcement([], first(runsOf(rollout)), 3)).toEqual([]);
    expect(announcement([], [], 3)).toEqual([]);
  });

  it("tells how long a run with many calls at a low rate will take, and one that is asked to last", () => {
    expect(announcement(first(runsOf(share, { rate: 1 })), [], 1)).toEqual(["this will take about 7 minutes"]);
    expect(announcement(first(runsOf(share, { durationMs: 90_000 })), [], 1)).toEqual(["this will take about 93 s"]);
  });

  it("tells how long many runs will take, one after the other and several at a time, and which is the longest", () => {
    const alone = runsOf(share, { durationMs: 120_000 });
    expect(announcement(alone, [], 1)).toEqual([
      "6 runs will take about 12 minutes; the longest, plain share, about 2 minutes",
    ]);
    const slow = runsOf(rollout, { pods: 50 });
    const [longest] = announcement([], slow, 6);
    expect(longest).toMatch(/^6 runs will take about \d+ minutes; the longest, headless rollout, about \d+ minutes$/);
    expect(announcement(runsOf(share, { durationMs: 600_000 }), runsOf(share, { durationMs: 600_000 }), 1)[0]).toMatch(
      /^12 runs will take about 2\.0 hours; /,
    );
  });

  it("tells once which load has no time for all its calls", () => {
    expect(announcement(runsOf(share, { rate: 0.5 }), runsOf(rollout, { rate: 0.5 }), 3)).toEqual([
      expect.stringMatching(/^12 runs will take about 6\d minutes; /),
      "share: 400 calls at 0.5 per second take longer than a load may, 10 minutes: it ends after about 300",
    ]);
  });

  it("takes no time for a run that cannot be made", () => {
    const unsettled = runsOf(share, { durationMs: 600_000 }).map((run) => ({ ...run, settled: new Error("no") }));
    expect(announcement(unsettled, [], 1)).toEqual([]);
  });
});
