import { expect, it } from "vitest";
import { shownTimings, stageTimings } from "./stage-timings.ts";

const TABLE = { endpointLagMs: { value: 1, default: 2, standsFor: "a lag" } };

it("a stage names itself when it refuses a timing, and shows what is in force", () => {
  expect(() => stageTimings("cloud", TABLE, { dnsTtlMs: 1 })).toThrow(
    "the cloud stage has no timing dnsTtlMs; it has endpointLagMs",
  );
  expect(shownTimings(["endpointLagMs"], TABLE, stageTimings("cloud", TABLE, { endpointLagMs: 7 }))).toEqual({
    endpointLagMs: { value: 7, default: 2, standsFor: "a lag" },
  });
});
