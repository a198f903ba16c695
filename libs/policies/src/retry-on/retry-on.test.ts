import type { Path } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { numberedHeaders } from "../numbered-calls.ts";
import { RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { retryOn } from "./retry-on.ts";

/** A path that makes three attempts of calls that end UNAVAILABLE. */
const THRICE: Path = [{ ...CHANNEL, retry: { of: "by code", attempts: 3, hedged: false, draws: 1 } }];
const [LISTED, OTHER] = ["pods answer RESOURCE_EXHAUSTED", "pods answer UNAVAILABLE"] as const;
const CHANGING_MS = 500;

interface Attempts {
  /** Of each of 100 calls that end RESOURCE_EXHAUSTED. */
  readonly listed: number;
  /** Of each of 100 that end UNAVAILABLE. */
  readonly other: number;
  /** Of each of 50 between, which end with the one or the other while pods change. Default: one more for each. */
  readonly between?: (n: number) => number;
}

/** Two pods receive the attempts of 250 calls, one every 10 ms. */
function seen({ listed, other, between = (n) => 1 + n }: Attempts, path: Path = [CHANNEL]) {
  const codes = [
    ...Array<number>(100).fill(RESOURCE_EXHAUSTED),
    ...Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? RESOURCE_EXHAUSTED : UNAVAILABLE)),
    ...Array<number>(100).fill(UNAVAILABLE),
  ];
  const attempts = codes.map((_, n) => (n < 100 ? listed : n < 150 ? between(n - 100) : other));
  const atFirst = attempts.map((count) => Math.floor(count / 2));
  const received = (of: readonly number[]) => receivedCounted([1_000], { headers: numberedHeaders(of) });
  return evidence({
    records: calls(250).map((record, n) => ({ ...record, code: codes[n] ?? UNAVAILABLE })),
    received: {
      "pod-1": received(atFirst),
      "pod-2": received(attempts.map((count, n) => count - (atFirst[n] ?? 0))),
    },
    phases: [
      { name: LISTED, fromMs: 0, toMs: 1_000 },
      { name: "pods change", fromMs: 1_000, toMs: 1_000 + CHANGING_MS },
      { name: OTHER, fromMs: 1_000 + CHANGING_MS, toMs: 3_000 },
    ],
    path,
  });
}

describe("retry-on", () => {
  it("is obeyed where calls with the listed code are tried three times, and others once", () => {
    expect(outcomeOf(retryOn, seen({ listed: 3, other: 1 }))).toBe("obeyed");
  });

  it("is ignored where nothing is tried again, or what the path tries again by itself", () => {
    expect(outcomeOf(retryOn, seen({ listed: 1, other: 1 }))).toBe("ignored");
    expect(outcomeOf(retryOn, seen({ listed: 1, other: 3 }, THRICE))).toBe("ignored");
  });

  it("differs where all are tried again, once too often or not always, and where no call has the code", () => {
    for (const [listed, other] of [
      [3, 3],
      [2, 1],
      [4, 1],
      [3, 2],
    ] as const) {
      expect(outcomeOf(retryOn, seen({ listed, other }))).toBe("differs");
    }
    const records = calls(250, { code: UNAVAILABLE });
    expect(outcomeOf(retryOn, { ...seen({ listed: 1, other: 1 }), records })).toBe("differs");
  });

  it("differs where too few calls are made with either code to say so", () => {
    const { phases, ...few } = seen({ listed: 3, other: 1 });
    const short = phases.map((phase) => (phase.name === LISTED ? { ...phase, toMs: 150 } : phase));
    expect(outcomeOf(retryOn, { ...few, phases: short })).toBe("differs");
  });

  it("does not count what pods received while they changed, however long that took", () => {
    // As many attempts as if none was tried again, and as if the listed ones were.
    const blurred = (listed: number) => seen({ listed, other: 1, between: () => (listed === 3 ? 0 : 5) });
    expect([outcomeOf(retryOn, blurred(3)), outcomeOf(retryOn, blurred(1))]).toEqual(["obeyed", "ignored"]);
  });

  it("is never obeyed and ignored at once", () => {
    for (let listed = 0; listed <= 4; listed += 1) {
      for (let other = 0; other <= 4; other += 1) {
        outcomeOf(retryOn, seen({ listed, other }));
        outcomeOf(retryOn, seen({ listed, other }, THRICE));
      }
    }
  });
});
