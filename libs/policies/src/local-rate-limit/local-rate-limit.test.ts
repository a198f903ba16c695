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
    for (const answered of [60, 80, 100]) expect(outcomeOf(localRateLimit, seen(answered))).toBe("obeyed");
    expect(outcomeOf(localRateLimit, seen(100, RESOURCE_EXHAUSTED))).toBe("obeyed");
  });

  it("is ignored where all are answered", () => expect(outcomeOf(localRateLimit, seen(400))).toBe("ignored"));

  it("differs where too few or too many are answered, where calls wait, and where pods see those that are refused", () => {
    for (const answered of [20, 55, 105, 200]) expect(outcomeOf(localRateLimit, seen(answered))).toBe("differs");
    expect(outcomeOf(localRateLimit, seen(100, DEADLINE_EXCEEDED))).toBe("differs");
    expect(outcomeOf(localRateLimit, seen(100, UNAVAILABLE, 400))).toBe("differs");
  });

  it("bounds by when calls were made, and says beside what chance has to do with it", () => {
    const paused = seen(70);
    const records = paused.records.map((record) => ({
      ...record,
      startMs: record.startMs + (record.startMs < 2_000 ? 0 : 3_000),
    }));
    const [answered] = localRateLimit.obeyed({ ...paused, records }, { perSecond: 20 });
    // 7 s between first and last; of the 3 s without a call a bucket keeps one.
    expect(answered?.bound).toBe("79 to 161 of 400 (limit · t ± 1 s of it, by chance less than once in 10⁵)");
  });

  it("makes more calls than may be let through, whatever the limit is", () => {
    for (const perSecond of [1, 20, 200]) expect(localRateLimit.trial({ perSecond }).load.rate).toBe(5 * perSecond);
  });

  it("is never obeyed and ignored at once", () => {
    for (let answered = 0; answered <= 400; answered += 2) outcomeOf(localRateLimit, seen(answered));
  });
});
