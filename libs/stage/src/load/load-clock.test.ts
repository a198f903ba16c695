import { describe, expect, it } from "vitest";
import { LoadClock } from "./load-clock.ts";

describe("a load program's clock", () => {
  it("is asked five times, and the shortest round trip counts", () => {
    const clock = fakeClock({ aheadMs: 5_000, wayThereMs: [300, 20, 1, 8, 30], wayBackMs: [0, 20, 1, 0, 30] });
    expect(clock.asked).toBe(5);
    expect(clock.load.offset).toEqual({ offsetMs: 5_000, uncertaintyMs: 1 });
  });

  it("is off by no more than the uncertainty when one way is the longer one", () => {
    const { load } = fakeClock({ aheadMs: -400, wayThereMs: [12, 12, 12, 12, 12], wayBackMs: [0, 0, 0, 0, 0] });
    expect(load.offset.uncertaintyMs).toBe(6);
    expect(Math.abs(load.offset.offsetMs - -400)).toBeLessThanOrEqual(6);
  });

  it("is taken for the lab's own within the uncertainty", () => {
    const { load } = fakeClock({ aheadMs: 0, wayThereMs: [40, 9, 9, 9, 9], wayBackMs: [0, 0, 0, 0, 0] });
    expect(load.offset).toEqual({ offsetMs: 0, uncertaintyMs: 4.5 });
  });

  it("is unknown before the first answer, and takes no answer to another question", () => {
    const load = new LoadClock(
      () => {},
      () => 1,
    );
    load.ask();
    load.take(9, 1_000);
    expect(() => load.offset).toThrow("lab load began before it sent its clock");
  });
});

/** Answers each question after the way there and the way back. */
function fakeClock({ aheadMs, wayThereMs, wayBackMs }: FakeClock) {
  let nowMs = 1_000;
  let asked = 0;
  const load: LoadClock = new LoadClock(
    (id) => {
      asked += 1;
      nowMs += wayThereMs[id - 1] ?? Number.NaN;
      const theirMs = nowMs + aheadMs;
      nowMs += wayBackMs[id - 1] ?? Number.NaN;
      load.take(id, theirMs);
    },
    () => nowMs,
  );
  load.ask();
  return { load, asked };
}

interface FakeClock {
  readonly aheadMs: number;
  readonly wayThereMs: readonly number[];
  readonly wayBackMs: readonly number[];
}
