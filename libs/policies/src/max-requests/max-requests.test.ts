import { describe, expect, it } from "vitest";
import { DEADLINE_EXCEEDED, UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { maxRequests } from "./max-requests.ts";

/** A pod had so many calls under way at once; so many others failed with a code. */
const seen = (mostInFlight: number, failed: number, code = UNAVAILABLE) =>
  evidence({
    records: [...calls(80), ...calls(failed, { code })],
    received: { "pod-1": receivedCounted([80], { mostInFlight }) },
  });

describe("max-requests", () => {
  it("is obeyed where as many are under way as may be, and others are refused", () => {
    expect(outcomeOf(maxRequests, seen(10, 100))).toBe("obeyed");
    expect(outcomeOf(maxRequests, seen(8, 100))).toBe("obeyed");
    expect(outcomeOf(maxRequests, seen(12, 100))).toBe("obeyed");
  });

  it("is ignored where more are under way, and none is refused", () => {
    expect(outcomeOf(maxRequests, seen(30, 0))).toBe("ignored");
  });

  it("differs where more are under way though calls are refused, where far fewer are, and where calls are kept waiting", () => {
    expect(outcomeOf(maxRequests, seen(20, 100))).toBe("differs");
    expect(outcomeOf(maxRequests, seen(3, 100))).toBe("differs");
    expect(outcomeOf(maxRequests, seen(10, 0))).toBe("differs");
    expect(outcomeOf(maxRequests, seen(10, 20, DEADLINE_EXCEEDED))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let most = 0; most <= 30; most += 1) {
      for (const failed of [0, 1, 100]) outcomeOf(maxRequests, seen(most, failed));
    }
  });
});
