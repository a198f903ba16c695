import { expect, it } from "vitest";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { slowStart } from "./slow-start.ts";

const PODS = ["pod-1", "pod-2", "new"].map((name) => ({ name }));

/** 400 calls in the beginning and 300 after, of which the new pod answered so many. */
function seen(beginning: number, after: number, path = [CHANNEL]) {
  const phase = (count: number, ofNew: number, startMs: number) =>
    calls(count, { startMs }).map((record, n) => ({ ...record, pod: n < ofNew ? "new" : `pod-${1 + (n % 2)}` }));
  return evidence({
    pods: PODS,
    path,
    records: [...phase(400, beginning, 0), ...phase(300, after, 10_000)],
    phases: [
      { name: "beginning", fromMs: 0, toMs: 5_000 },
      { name: "after", fromMs: 10_000, toMs: 15_000 },
    ],
  });
}

it("is obeyed where the new pod has few calls at first, and its part in the end", () => {
  expect(outcomeOf(slowStart, seen(40, 100))).toBe("obeyed");
});

it("is ignored where the new pod has its part from the beginning", () => {
  expect(outcomeOf(slowStart, seen(133, 100))).toBe("ignored");
});

it("is ignored where nobody hears of new pods, or is bound to one", () => {
  const never = [{ ...CHANNEL, learn: { ...CHANNEL.learn, newPod: undefined } }];
  const bound = [CHANNEL, { ...CHANNEL, unit: "connection" as const }];
  expect([outcomeOf(slowStart, seen(0, 0, never)), outcomeOf(slowStart, seen(0, 0, bound))]).toEqual([
    "ignored",
    "ignored",
  ]);
});

it("differs where the new pod never gets its part, or none", () => {
  expect([outcomeOf(slowStart, seen(40, 20)), outcomeOf(slowStart, seen(0, 0))]).toEqual(["differs", "differs"]);
});
