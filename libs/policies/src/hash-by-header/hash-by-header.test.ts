import type { Dialect } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { hashByHeader } from "./hash-by-header.ts";

const KEYS = 97;
const PODS = ["pod-1", "pod-2", "pod-3", "pod-4", "pod-5"];
const PINNED = [{ ...CHANNEL, pick: { ...CHANNEL.pick, kind: "first" as const } }];

/** Where a call goes, by its key and its number. */
type Way = (key: number, n: number) => number;

/** Three calls of each key before a pod is added, and three after. */
function seen(before: Way, after: Way, path = [CHANNEL], dialect: Dialect = "Istio") {
  const phase = (way: Way, startMs: number) =>
    calls(3 * KEYS, { startMs }).map((record, n) => ({ ...record, kind: n % KEYS, pod: PODS[way(n % KEYS, n)] }));
  return evidence({
    pods: PODS.map((name) => ({ name })),
    path,
    dialect,
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

it("differs where a pod that is added moves no key", () => {
  expect(outcomeOf(hashByHeader, seen(byKey, byKey))).toBe("differs");
});

it("differs where keys are dealt anew, as the remainder of a hash deals them, in words", () => {
  const reshuffled = seen(byKey, (key) => key % 5);
  expect(judge(hashByHeader, hashByHeader.parameters, reshuffled, [])).toMatchObject({
    outcome: "differs",
    words: "keys are dealt anew: with a pod more 19 of 97 go to it, and 58 from one of the others to another",
  });
});

it("differs where as many keys move as may, but not to the new pod", () => {
  const toOthers: Way = (key) => (key % 5 === 0 ? (key + 1) % 4 : byKey(key, 0));
  expect(outcomeOf(hashByHeader, seen(byKey, toOthers))).toBe("differs");
});

it("may move few keys between others on a ring that stays as large, and none where each pod has points of its own", () => {
  const someToOthers: Way = (key) => (key % 10 === 1 ? (key + 1) % 4 : everyFifthToTheNewOne(key, 0));
  const outcome = (dialect: Dialect) => outcomeOf(hashByHeader, seen(byKey, someToOthers, undefined, dialect));
  expect([outcome("Istio"), outcome("Envoy"), outcome("HAProxy")]).toEqual(["obeyed", "obeyed", "differs"]);
  const noneToOthers = seen(byKey, everyFifthToTheNewOne, undefined, "HAProxy");
  expect(outcomeOf(hashByHeader, noneToOthers)).toBe("obeyed");
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
