import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { connectionAge } from "./connection-age.ts";

/** 300 calls to a pod, on so many connections, one of which lasted so long; of them so many failed. */
function seen(connections: number, longestConnectionMs: number, failed = 0) {
  return evidence({
    records: [...calls(300 - failed), ...calls(failed, { code: 14 })],
    received: { "pod-1": receivedCounted([300], { connections, longestConnectionMs }) },
  });
}

it("is obeyed where connections end in time, at the cost of one call each at most", () => {
  expect([seen(6, 1_100), seen(6, 1_100, 6)].map((one) => outcomeOf(connectionAge, one))).toEqual(["obeyed", "obeyed"]);
});

it("is obeyed where a client that is behind begins several calls together, and all of them meet the end of one connection", () => {
  const trial = seen(3, 1_100, 12);
  const records = trial.records.map((record) =>
    record.code === 14 ? { ...record, lagMs: (record.startMs < 60 ? 200 : 400) - record.startMs } : record,
  );
  expect(outcomeOf(connectionAge, trial)).toBe("differs");
  expect(outcomeOf(connectionAge, { ...trial, records })).toBe("obeyed");
});

it("is ignored where one connection lasts, whatever others come", () => {
  expect([seen(1, 5_900), seen(20, 5_900)].map((one) => outcomeOf(connectionAge, one))).toEqual(["ignored", "ignored"]);
});

it("differs where many calls fail, connections are few, or they end too late", () => {
  const outcomes = [seen(6, 1_100, 7), seen(2, 1_100), seen(3, 2_800)].map((one) => outcomeOf(connectionAge, one));
  expect(outcomes).toEqual(["differs", "differs", "differs"]);
});

it("makes calls for several ages, however long one is, so that a connection that is never ended is seen", () => {
  for (const ageMs of [200, 1_000, 10_000]) {
    const { durationMs = 0 } = connectionAge.trial({ ageMs }).load;
    expect(durationMs).toBeGreaterThan(5 * ageMs);
    const outcome = (count: number, longestMs: number) =>
      judge(connectionAge, { ageMs }, seen(count, longestMs), []).outcome;
    expect(outcome(1, durationMs)).toBe("ignored");
    expect(outcome(6, 1.1 * ageMs)).toBe("obeyed");
  }
  // A load that is over before the first connection ends shows nothing.
  expect(judge(connectionAge, { ageMs: 10_000 }, seen(1, 6_000), []).outcome).toBe("differs");
});
