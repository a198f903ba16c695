import { describe, expect, it } from "vitest";
import { numberedHeaders } from "../numbered-calls.ts";
import { judge } from "../outcome.ts";
import { UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { perTryTimeout } from "./per-try-timeout.ts";

interface Tried {
  readonly tried: number;
  readonly answered: number;
}

/**
 * Of 60 calls the slow pod receives and answers so many, and another one so many; the rest end UNAVAILABLE. Each call that met the slow pod has
 * stayed there for a time.
 */
function seen(slow: Tried, fast: Tried, stayedMs = 1_004) {
  const met = Array.from({ length: 60 }, (_, n) => Math.floor(slow.tried / 60) + (n < slow.tried % 60 ? 1 : 0));
  const records = [
    ...calls(slow.answered, { pod: "pod-1" }),
    ...calls(fast.answered, { pod: "pod-2" }),
    ...calls(60 - slow.answered - fast.answered, { code: UNAVAILABLE }),
  ];
  const headers = numberedHeaders(met);
  return evidence({
    records: records.map((record, n) => ({ ...record, latencyMs: 5 + stayedMs * (met[n] ?? 0) })),
    received: { "pod-1": receivedCounted([slow.tried], { headers }), "pod-2": receivedCounted([fast.tried]) },
  });
}

describe("per-try-timeout", () => {
  it("is obeyed where the slow pod is tried, and answers nobody", () => {
    const all = { tried: 60, answered: 60 };
    expect(outcomeOf(perTryTimeout, seen({ tried: 30, answered: 0 }, all))).toBe("obeyed");
  });

  it("is ignored where the slow pod answers its calls", () => {
    const half = { tried: 30, answered: 30 };
    expect(outcomeOf(perTryTimeout, seen(half, half))).toBe("ignored");
  });

  it("differs where calls are given up, and where the slow pod is never tried", () => {
    const all = { tried: 60, answered: 60 };
    const half = { tried: 30, answered: 30 };
    expect(outcomeOf(perTryTimeout, seen({ tried: 30, answered: 0 }, half))).toBe("differs");
    expect(outcomeOf(perTryTimeout, seen({ tried: 0, answered: 0 }, all))).toBe("differs");
  });

  it("differs where attempts are given up by something quicker or slower than the rule, and says when", () => {
    const all = { tried: 60, answered: 60 };
    const given = (ms: number, tried = 30) => seen({ tried, answered: 0 }, all, ms);
    expect([10, 850, 2_100, 2_900].map((ms) => outcomeOf(perTryTimeout, given(ms)))).toEqual(Array(4).fill("differs"));
    expect(judge(perTryTimeout, perTryTimeout.parameters, given(10), []).words).toBe(
      "half of the attempts are given up within 15 ms, and not after 1000 ms",
    );
    // Who meets the slow pod twice stays twice as long.
    expect(outcomeOf(perTryTimeout, given(1_004, 90))).toBe("obeyed");
  });

  it("tells calls that meet the slow pod again and again from those that are not tried again", () => {
    const words = (tried: number) => {
      const trial = seen({ tried, answered: 0 }, { tried: 30, answered: 30 });
      return perTryTimeout.differs?.(trial, perTryTimeout.parameters);
    };
    expect(words(60)).toMatch(/to the slow pod again: 30 calls/);
    expect(words(30)).toMatch(/30 calls are given up with their attempt/);
  });

  it("is never obeyed and ignored at once", () => {
    for (let answered = 0; answered <= 30; answered += 1) {
      const rest = 60 - answered;
      outcomeOf(perTryTimeout, seen({ tried: 30, answered }, { tried: rest, answered: rest }));
      outcomeOf(perTryTimeout, seen({ tried: answered, answered }, { tried: rest, answered: rest }));
    }
  });
});
