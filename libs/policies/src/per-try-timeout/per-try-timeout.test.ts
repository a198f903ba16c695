import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { perTryTimeout } from "./per-try-timeout.ts";

/** Of 60 calls the slow pod receives and answers so many, and another one so many; the rest end UNAVAILABLE. */
const seen = (slow: { tried: number; answered: number }, fast: { tried: number; answered: number }) =>
  evidence({
    records: [
      ...calls(slow.answered, { pod: "pod-1" }),
      ...calls(fast.answered, { pod: "pod-2" }),
      ...calls(60 - slow.answered - fast.answered, { code: UNAVAILABLE }),
    ],
    received: { "pod-1": receivedCounted([slow.tried]), "pod-2": receivedCounted([fast.tried]) },
  });

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
