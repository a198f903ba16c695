import { expect, it } from "vitest";
import { evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { around, FAR, OWN, ZONED_PODS } from "../testing/zones.ts";
import { localityDistribute } from "./locality-distribute.ts";

const seen = (own: number, far: number) =>
  evidence({ pods: ZONED_PODS, records: [...around(OWN, own), ...around(FAR, far)] });

it("is obeyed by 85 of 100 calls, ignored by half of them, within 5 standard deviations", () => {
  const outcomes = [225, 255, 285, 107, 150, 193].map((own) => outcomeOf(localityDistribute, seen(own, 300 - own)));
  expect(outcomes).toEqual(["obeyed", "obeyed", "obeyed", "ignored", "ignored", "ignored"]);
});

it("is neither in between, or where all calls stay", () => {
  const outcomes = [194, 224, 300].map((own) => outcomeOf(localityDistribute, seen(own, 300 - own)));
  expect(outcomes).toEqual(["differs", "differs", "differs"]);
});
