import type { CallRecord } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { around, FAR, OWN, ZONED_PODS } from "../testing/zones.ts";
import { localityFailover } from "./locality-failover.ts";

const BEGINS_MS = 6_000;
const FAILED_AT_MS = 12_000;

/** Six calls fail until both pods are left out: the last of them ends 55 ms after the first began. */
const goingOver = [...calls(6, { startMs: BEGINS_MS, code: 14 }), ...around(FAR, 100, BEGINS_MS + 60)];

/** The zone begins to fail {@link BEGINS_MS} after the load began; all of its pods do 100 ms later. */
function seen(well: readonly CallRecord[], failed: readonly CallRecord[], between = goingOver) {
  return evidence({
    pods: ZONED_PODS,
    records: [...well, ...between, ...failed],
    phases: [
      { name: "the zone is well", fromMs: 0, toMs: 5_000 },
      { name: "the zone begins to fail", fromMs: BEGINS_MS, toMs: BEGINS_MS + 100 },
      { name: "the zone has failed", fromMs: FAILED_AT_MS, toMs: FAILED_AT_MS + 5_000 },
    ],
  });
}

const failing = calls(150, { startMs: FAILED_AT_MS, code: 14 });
const elsewhere = around(FAR, 150, FAILED_AT_MS);

it("is obeyed where calls stay, and go over once the zone fails", () => {
  expect(outcomeOf(localityFailover, seen(around(OWN, 150), elsewhere))).toBe("obeyed");
});

it("is ignored where zones never mattered", () => {
  expect(outcomeOf(localityFailover, seen(around([...OWN, ...FAR], 150), elsewhere))).toBe("ignored");
});

it("differs where calls stay and fail, in words", () => {
  const judged = judge(localityFailover, localityFailover.parameters, seen(around(OWN, 150), failing, failing), []);
  expect(judged).toMatchObject({
    outcome: "differs",
    words: "calls stay in the own zone, and all fail once its pods do",
  });
});

it("differs where some still fail in the end", () => {
  const still = [...elsewhere.slice(0, -1), ...failing.slice(-1)];
  expect(outcomeOf(localityFailover, seen(around(OWN, 150), still))).toBe("differs");
});

describe("the time to fail over", () => {
  const timed = (...args: Parameters<typeof seen>) =>
    localityFailover.obeyed(seen(...args), {}).find(({ id }) => id === "failover-time");
  const well = around(OWN, 150);

  it("ends with the last call that fails, or with the first that another zone answers", () => {
    const bound = "5100 ms or less";
    expect(timed(well, elsewhere)).toMatchObject({ bound, measured: "65 ms", ok: true });
    const unseen = around(FAR, 100, BEGINS_MS + 240);
    expect(timed(well, elsewhere, unseen)).toMatchObject({ bound, measured: "245 ms", ok: true });
  });

  it("is too long where calls fail for more than five intervals, though none does in the end", () => {
    const late = [...around(FAR, 10, BEGINS_MS), ...calls(1, { startMs: BEGINS_MS + 5_200, code: 14 })];
    expect(timed(well, elsewhere, late)).toMatchObject({ measured: "5205 ms", ok: false });
    expect(outcomeOf(localityFailover, seen(well, elsewhere, late))).toBe("differs");
  });

  it("is none where no other zone answers, or calls fail to the end", () => {
    expect(timed(well, failing, failing)).toMatchObject({ measured: "never", ok: false });
    const still = [...elsewhere.slice(0, -1), ...calls(1, { startMs: FAILED_AT_MS + 4_000, code: 14 })];
    expect(timed(well, still)).toMatchObject({ measured: "never", ok: false });
  });
});
