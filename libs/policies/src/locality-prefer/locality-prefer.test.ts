import { expect, it } from "vitest";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { around, FAR, OWN, ZONED_PODS } from "../testing/zones.ts";
import { localityPrefer } from "./locality-prefer.ts";

const seen = (pods: readonly string[]) => evidence({ pods: ZONED_PODS, records: around(pods, 200) });

it("is obeyed where all calls stay, and ignored where each zone has its part", () => {
  expect(outcomeOf(localityPrefer, seen(OWN))).toBe("obeyed");
  expect(outcomeOf(localityPrefer, seen([...OWN, ...FAR]))).toBe("ignored");
});

it("is ignored where all calls are on one connection, in the own zone by chance", () => {
  const path = [{ ...CHANNEL, pick: { ...CHANNEL.pick, kind: "first" as const } }];
  for (const pod of ["own-1", "far-1"]) {
    expect(outcomeOf(localityPrefer, evidence({ pods: ZONED_PODS, records: around([pod], 200), path }))).toBe(
      "ignored",
    );
  }
});

it("differs where all calls leave, a tenth does, or any fails", () => {
  expect(outcomeOf(localityPrefer, seen(FAR))).toBe("differs");
  expect(outcomeOf(localityPrefer, seen([...Array(9).keys()].map((n) => OWN[n % 2] ?? "").concat("far-1")))).toBe(
    "differs",
  );
  const failing = evidence({ pods: ZONED_PODS, records: [...around(OWN, 200), ...calls(1, { code: 14 })] });
  expect(outcomeOf(localityPrefer, failing)).toBe("differs");
});
