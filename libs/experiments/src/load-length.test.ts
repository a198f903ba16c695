import { describe, expect, it } from "vitest";
import { callsUntilEnd, type LoadLength, loadSeconds } from "./load-length.ts";

const load = (fields: Partial<LoadLength>): LoadLength => ({
  rate: 200,
  inFlight: undefined,
  calls: undefined,
  durationMs: undefined,
  workMs: 0,
  ...fields,
});

describe("the length of a load", () => {
  it.each([
    [{ calls: 400 }, 2],
    [{ calls: 400, durationMs: 1_000 }, 1],
    [{ durationMs: 30_000 }, 30],
    [{ calls: 400, rate: 1 }, 400],
    [{ calls: 400, rate: 0.5 }, 600],
    [{}, 600],
    [{ rate: undefined, inFlight: 10, calls: 1_000, workMs: 50 }, 5],
  ])("of %o is %d s", (fields, seconds) => {
    expect(loadSeconds(load(fields))).toBe(seconds);
  });

  it("tells how many calls can be made where there is no time for all", () => {
    expect(callsUntilEnd(load({ calls: 400, rate: 0.5 }))).toBe(300);
    expect(callsUntilEnd(load({ calls: 400, rate: 1 }))).toBeUndefined();
    expect(callsUntilEnd(load({ calls: 400, rate: 0.5, durationMs: 1_000 }))).toBeUndefined();
    expect(callsUntilEnd(load({}))).toBeUndefined();
  });
});
