import { describe, expect, it } from "vitest";
import { longestGapMs } from "./gaps.ts";
import { seededRandom } from "./random.ts";
import { shuffled } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";

describe("the longest gap", () => {
  it("lasts from the first failed call to the next answered one", () => {
    expect(longestGapMs([call(0), failed(10), failed(20), call(35), failed(40), call(45)])).toBe(25);
  });

  it("lasts to the last call when none is answered any more", () => {
    expect(longestGapMs([call(0), failed(10), failed(30)])).toBe(20);
  });

  it("is 0 when no call failed, or when there are none", () => {
    expect(longestGapMs([call(0), call(100)])).toBe(0);
    expect(longestGapMs([])).toBe(0);
  });

  it("depends on the intended starts alone, not on the order in which calls ended", () => {
    const random = seededRandom(6);
    const records = Array.from({ length: 200 }, (_, i) =>
      (i >= 50 && i < 80 ? failed : call)(10 * i, { latencyMs: 500 * random() }),
    );
    expect(longestGapMs(shuffled(records, random))).toBe(300);
  });
});
