import { expect, it } from "vitest";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { matchHeader } from "./match-header.ts";

const PODS = [
  { name: "new", version: "v2" },
  { name: "old-1", version: "v1" },
  { name: "old-2", version: "v1" },
];
const PINNED = [{ ...CHANNEL, pick: { ...CHANNEL.pick, kind: "first" as const } }];

/** 99 calls with the header, then as many without; each goes round over its pods. */
function seen(having: readonly string[], lacking: readonly string[], path = [CHANNEL]) {
  const inTurns = (pods: readonly string[], kind: number) =>
    calls(99, { kind }).map((record, n) => ({ ...record, pod: pods[n % pods.length] }));
  return evidence({ pods: PODS, path, records: [...inTurns(having, 0), ...inTurns(lacking, 1)] });
}

it("is obeyed where each kind of call has its version", () => {
  expect(outcomeOf(matchHeader, seen(["new"], ["old-1", "old-2"]))).toBe("obeyed");
});

it("is ignored where all pods answer calls of either kind", () => {
  const all = ["new", "old-1", "old-2"];
  expect(outcomeOf(matchHeader, seen(all, all))).toBe("ignored");
});

it("is ignored where all calls are on one connection, whichever pod that is to", () => {
  expect(outcomeOf(matchHeader, seen(["new"], ["new"], PINNED))).toBe("ignored");
  expect(outcomeOf(matchHeader, seen(["old-1"], ["old-1"], PINNED))).toBe("ignored");
  expect(outcomeOf(matchHeader, seen(["new"], ["old-1"], PINNED))).toBe("obeyed");
});

it("is neither where the versions are swapped, one call has gone astray, or all fail", () => {
  expect(outcomeOf(matchHeader, seen(["old-1"], ["new"]))).toBe("differs");
  const obeyed = seen(["new"], ["old-1", "old-2"]);
  expect(outcomeOf(matchHeader, { ...obeyed, records: [...obeyed.records, ...calls(1, { pod: "old-1" })] })).toBe(
    "differs",
  );
  expect(outcomeOf(matchHeader, evidence({ pods: PODS, records: calls(200, { code: 4 }) }))).toBe("differs");
});
