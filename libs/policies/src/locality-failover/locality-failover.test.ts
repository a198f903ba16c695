import type { CallRecord } from "@grpc-lb-lab/measure";
import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { around, FAR, OWN, ZONED_PODS } from "../testing/zones.ts";
import { localityFailover } from "./locality-failover.ts";

const FAILED_AT_MS = 10_000;

function seen(well: readonly CallRecord[], failed: readonly CallRecord[]) {
  return evidence({
    pods: ZONED_PODS,
    records: [...well, ...failed],
    phases: [
      { name: "well", fromMs: 0, toMs: 5_000 },
      { name: "failed", fromMs: FAILED_AT_MS, toMs: FAILED_AT_MS + 5_000 },
    ],
  });
}

const failing = calls(150, { startMs: FAILED_AT_MS, code: 14 });
const goingOver = around(FAR, 150, FAILED_AT_MS);

it("is obeyed where calls stay, and go over once the zone fails", () => {
  expect(outcomeOf(localityFailover, seen(around(OWN, 150), goingOver))).toBe("obeyed");
});

it("is ignored where zones never mattered", () => {
  expect(outcomeOf(localityFailover, seen(around([...OWN, ...FAR], 150), goingOver))).toBe("ignored");
});

it("differs where calls stay and fail, in words", () => {
  const judged = judge(localityFailover, localityFailover.parameters, seen(around(OWN, 150), failing), []);
  expect(judged).toMatchObject({
    outcome: "differs",
    words: "calls stay in the own zone, and all fail once its pods do",
  });
});

it("differs where some still fail in the end", () => {
  const still = [...goingOver.slice(0, -1), ...failing.slice(-1)];
  expect(outcomeOf(localityFailover, seen(around(OWN, 150), still))).toBe("differs");
});
