import { describe, expect, it } from "vitest";
import { DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { localRateLimit } from "./local-rate-limit.ts";

/** So many of 400 calls in 4 s are answered, the others end with a code; pods receive so many. */
const seen = (answered: number, code = UNAVAILABLE, received = answered) =>
  evidence({
    records: [...calls(400 - answered, { code }), ...calls(answered, { startMs: 4_000 - answered * 10 })],
    received: { "pod-1": receivedCounted([received]) },
  });

describe("local-rate-limit", () => {
  it("is obeyed where about as many calls a second are answered as may be, and others are refused", () => {
    for (const answered of [80, 100, 110]) expect(outcomeOf(localRateLimit, seen(answered))).toBe("obeyed");
    expect(outcomeOf(localRateLimit, seen(100, RESOURCE_EXHAUSTED))).toBe("obeyed");
  });

  it("is ignored where all are answered", () => expect(outcomeOf(localRateLimit, seen(400))).toBe("ignored"));

  it("differs where too few or too many are answered, where calls wait, and where pods see those that are refused", () => {
    expect(outcomeOf(localRateLimit, seen(20))).toBe("differs");
    expect(outcomeOf(localRateLimit, seen(200))).toBe("differs");
    expect(outcomeOf(localRateLimit, seen(100, DEADLINE_EXCEEDED))).toBe("differs");
    expect(outcomeOf(localRateLimit, seen(100, UNAVAILABLE, 400))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let answered = 0; answered <= 400; answered += 2) outcomeOf(localRateLimit, seen(answered));
  });
});
