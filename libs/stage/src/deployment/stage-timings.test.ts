import { expect, it } from "vitest";
import { shownTimings, stageTimings } from "./stage-timings.ts";

const TABLE = { lagMs: { value: 1, default: 2, standsFor: "a lag" } };

it("a stage names itself when it refuses a timing, and shows what is in force", () => {
  expect(() => stageTimings("cloud", TABLE, { lag: 1 })).toThrow("the cloud stage has no timing lag; it has lagMs");
  expect(shownTimings(["lagMs"], TABLE, stageTimings("cloud", TABLE, { lagMs: 7 }))).toEqual({
    lagMs: { value: 7, default: 2, standsFor: "a lag" },
  });
});
