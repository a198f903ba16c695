import { expect, it } from "vitest";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { hashByHeader } from "./hash-by-header.ts";

const KEYS = 97;
const PODS = ["pod-1", "pod-2", "pod-3", "pod-4", "pod-5"];
const PINNED = [{ ...CHANNEL, pick: { ...CHANNEL.pick, kind: "first" as const } }];

/** Where a call goes, by its key and its number. */
type Way = (key: number, n: number) => number;

/** Three calls of each key before a pod is added, and three after. */
function seen(before: Way, after: Way, path = [CHANNEL]) {
  const phase = (way: Way, startMs: number) =>
    calls(3 * KEYS, { startMs }).map((record, n) => ({ ...record, kind: n % KEYS, pod: PODS[way(n % KEYS, n)] }));
  return evidence({
    pods: PODS.map((name) => ({ name })),
    path,
    records: [...phase(before, 0), ...phase(after, 10_000)],
    phases: [
      { name: "before", fromMs: 0, toMs: 5_000 },
      { name: "after", fromMs: 10_000, toMs: 15_000 },
    ],
  });
}

const byKey: Way = (key) => key % 4;
const everyFifthToTheNewOne: Way = (key) => (key % 5 === 0 ? 4 : byKey(key, 0));
const inTurns = (pods: number) => (_: number, n: number) => n % pods;

it("is obeyed where each key stays, but for those that the new pod takes", () => {
  expect(outcomeOf(hashByHeader, seen(byKey, everyFifthToTheNewOne))).toBe("obeyed");
});

it("is ignored where keys have no pod of their own", () => {
  expect(outcomeOf(hashByHeader, seen(inTurns(4), inTurns(5)))).toBe("ignored");
});

it("is ignored where all calls are on one connection", () => {
  expect(
    outcomeOf(
      hashByHeader,
      seen(
        () => 2,
        () => 2,
        PINNED,
      ),
    ),
  ).toBe("ignored");
});

it("differs where a pod that is added moves most of the keys, or none", () => {
  expect(
    outcomeOf(
      hashByHeader,
      seen(byKey, (key) => key % 5),
    ),
  ).toBe("differs");
  expect(outcomeOf(hashByHeader, seen(byKey, byKey))).toBe("differs");
});

it("differs where one key of all has two pods", () => {
  expect(
    outcomeOf(
      hashByHeader,
      seen((key, n) => (n === 5 ? 0 : byKey(key, n)), everyFifthToTheNewOne),
    ),
  ).toBe("differs");
});

it("differs where keys fail", () => {
  const failed = seen(byKey, everyFifthToTheNewOne);
  const records = failed.records.map((record) =>
    record.kind === 7 ? { ...record, code: 14, pod: undefined } : record,
  );
  expect(outcomeOf(hashByHeader, { ...failed, records })).toBe("differs");
});
