import { describe, expect, it } from "vitest";
import { seededRandom } from "./random.ts";
import { callsPerPod } from "./shares.ts";
import { shuffled, wholeNumbers } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";

describe("calls per pod", () => {
  it("are answers only, and name known pods that answered none", () => {
    const calls = callsPerPod([call(0), call(1, { pod: "b" }), failed(2)], ["a", "b", "c"]);
    expect(Object.fromEntries(calls)).toEqual({ a: 1, b: 1, c: 0 });
  });

  it("count pods that were not known, after those that were", () => {
    expect([...callsPerPod([call(0, { pod: "z" })], ["b", "a"])]).toEqual([
      ["b", 0],
      ["a", 0],
      ["z", 1],
    ]);
  });

  it("leave out an answer that names no pod", () => {
    expect([...callsPerPod([call(0, { pod: undefined })])]).toEqual([]);
  });

  it("do not depend on the order of the calls", () => {
    const random = seededRandom(3);
    const records = wholeNumbers(500, 5, random).map((pod, i) => call(i, { pod: `pod-${pod}` }));
    const known = ["pod-0", "pod-1", "pod-2", "pod-3", "pod-4"];
    expect([...callsPerPod(shuffled(records, random), known)]).toEqual([...callsPerPod(records, known)]);
  });
});
