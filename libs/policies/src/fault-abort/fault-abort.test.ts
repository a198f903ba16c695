import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { faultAbort } from "./fault-abort.ts";

/** So many of 200 calls are aborted, and pods receive so many. */
const seen = (aborted: number, received: number) =>
  evidence({
    records: [...calls(aborted, { code: UNAVAILABLE }), ...calls(200 - aborted)],
    received: { "pod-1": receivedCounted([received]) },
  });

describe("fault-abort", () => {
  it("is obeyed where half the calls end UNAVAILABLE, and no pod sees them", () => {
    expect(outcomeOf(faultAbort, seen(100, 100))).toBe("obeyed");
    expect(outcomeOf(faultAbort, seen(110, 90))).toBe("obeyed");
  });

  it("is ignored where none does", () => expect(outcomeOf(faultAbort, seen(0, 200))).toBe("ignored"));

  it("differs where pods see them, where too few are aborted, and where all are", () => {
    for (const [aborted, received] of [
      [100, 200],
      [20, 180],
      [200, 0],
    ] as const) {
      expect(outcomeOf(faultAbort, seen(aborted, received))).toBe("differs");
    }
  });

  it("is never obeyed and ignored at once", () => {
    for (let aborted = 0; aborted <= 200; aborted += 1) outcomeOf(faultAbort, seen(aborted, 200 - aborted));
  });
});
