import { expect, it } from "vitest";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { matchMethod } from "./match-method.ts";

const PODS = [
  { name: "new", version: "v2" },
  { name: "old-1", version: "v1" },
  { name: "old-2", version: "v1" },
];

/** 99 calls of the method, then as many of another; each goes round over its pods. */
function seen(streams: readonly string[], unary: readonly string[]) {
  const inTurns = (pods: readonly string[], kind: number) =>
    calls(99, { kind }).map((record, n) => ({ ...record, pod: pods[n % pods.length] }));
  return evidence({ pods: PODS, records: [...inTurns(streams, 0), ...inTurns(unary, 1)] });
}

it("is obeyed where each method has its version, and ignored where all pods answer calls of either", () => {
  const all = ["new", "old-1", "old-2"];
  expect(outcomeOf(matchMethod, seen(["new"], ["old-1", "old-2"]))).toBe("obeyed");
  expect(outcomeOf(matchMethod, seen(all, all))).toBe("ignored");
});

it("is neither where other calls go to the method's version as well", () => {
  expect(outcomeOf(matchMethod, seen(["new"], ["new", "old-1", "old-2"]))).toBe("differs");
});
