import { describe, expect, it } from "vitest";
import { ScheduleRecord } from "./schedule-record.ts";

/** What 200 calls at 100 per second come to, each started as much late as `lagMs` says. */
function keptWith(lagMs: (index: number) => number | undefined) {
  const record = new ScheduleRecord(100, 5_000);
  for (let index = 0; index < 200; index++) record.started(5_000 + index * 10, lagMs(index));
  return record.summary();
}

describe("a schedule", () => {
  it("is kept by calls that are started when they are meant to be", () => {
    expect(keptWith(() => undefined)).toEqual({
      plannedPerSecond: 100,
      achievedPerSecond: 100,
      lagMs: { p50: 0.001, p99: 0.001, max: 0.001 },
      clientWasLimit: false,
    });
    expect(keptWith((index) => index % 20)).toMatchObject({ clientWasLimit: false });
  });

  it("is kept by calls at random, which are not exactly as many as planned", () => {
    const record = new ScheduleRecord(100, 5_000);
    for (let index = 0; index < 150; index++) record.started(5_000 + index * 10 + (index % 3) * 300);
    expect(record.summary()).toMatchObject({ achievedPerSecond: 100, clientWasLimit: false });
  });

  it("is not kept by a client that needs longer for each call: it falls behind further and further", () => {
    const schedule = keptWith((index) => index * 10);
    expect(schedule).toMatchObject({ plannedPerSecond: 100, clientWasLimit: true });
    expect(schedule?.achievedPerSecond).toBeCloseTo(50, 0);
    expect(schedule?.lagMs.p50).toBeCloseTo(990, -1);
    expect(schedule?.lagMs.max).toBeCloseTo(1_990, -1);
  });

  it("is not kept by a client that is behind most of the time, even when it makes all calls", () => {
    const behind = keptWith((index) => (index % 4 === 0 ? 0 : 30));
    expect(behind).toMatchObject({ clientWasLimit: true });
    expect(behind?.achievedPerSecond).toBeGreaterThan(95);
  });

  it("is kept by a client that makes up for a short stall, which the lag tells", () => {
    const stalled = keptWith((index) => (index >= 50 && index < 60 ? 10 * (60 - index) : 0));
    expect(stalled).toMatchObject({ achievedPerSecond: 100, clientWasLimit: false });
    expect(stalled?.lagMs.max).toBeCloseTo(100, -1);
  });

  describe("whose rate changes", () => {
    /** 2 s at 100 calls a second, 2 s at 400, and 2 s at 100 again, each started as much late as `lagMs` says. */
    function changing(lagMs: (atMs: number) => number) {
      const [began, quickFrom, slowFrom] = [5_000, 7_005, 9_005];
      const spaced = (fromMs: number, everyMs: number, calls: number) =>
        Array.from({ length: calls }, (_, index) => fromMs + index * everyMs);
      const starts = [...spaced(began, 10, 201), ...spaced(7_006.25, 2.5, 800), ...spaced(9_010, 10, 200)];
      const changes = [
        { atMs: quickFrom, ratePerSecond: 400 },
        { atMs: slowFrom, ratePerSecond: 100 },
      ];
      const records = starts.map((startMs) => ({ startMs, lagMs: lagMs(startMs - began) }));
      return ScheduleRecord.summaryOf(records, 100, began, changes);
    }

    it("is kept by a client that starts calls when they are meant to be at each rate", () => {
      const kept = changing(() => 0);
      // 1,201 calls in 6 s.
      expect(kept?.plannedPerSecond).toBeCloseTo(200, 0);
      expect(kept).toMatchObject({ achievedPerSecond: kept?.plannedPerSecond, clientWasLimit: false });
    });

    it("is not kept by a client that falls behind at one of the rates, though it makes up for it at the next", () => {
      const behind = changing((atMs) =>
        atMs < 2_005 ? 0 : Math.max(0, Math.min((atMs - 2_005) / 8, 1_000 - (atMs - 2_005) / 4)),
      );
      expect(behind).toMatchObject({ clientWasLimit: true });
      expect(behind?.achievedPerSecond).toBeLessThan(0.97 * (behind?.plannedPerSecond ?? 0));
    });

    it("is kept where a rate is in force for so short a time that its last call's timer makes the difference", () => {
      const record = new ScheduleRecord(100, 0);
      record.started(0, 3);
      record.changed({ atMs: 5, ratePerSecond: 200 });
      for (let index = 1; index < 100; index++) record.started(index * 5 + 5);
      expect(record.summary()).toMatchObject({ clientWasLimit: false });
    });

    it("is kept or not by itself where no call was meant to start at a rate", () => {
      const record = new ScheduleRecord(100, 0);
      for (let index = 0; index < 100; index++) record.started(index * 10);
      record.changed({ atMs: 995, ratePerSecond: 0.1 });
      expect(record.summary()).toMatchObject({ plannedPerSecond: 100, achievedPerSecond: 100, clientWasLimit: false });
    });
  });

  it("is unknown before the first call", () => {
    expect(new ScheduleRecord(100, 0).summary()).toBeUndefined();
  });
});
