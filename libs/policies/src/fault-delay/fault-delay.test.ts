import { describe, expect, it } from "vitest";
import { DEADLINE_EXCEEDED } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { faultDelay } from "./fault-delay.ts";

/** So many of 150 calls wait until their deadline, and pods receive so many. */
const seen = (waited: number, received: number) =>
  evidence({
    records: [...calls(waited, { code: DEADLINE_EXCEEDED }), ...calls(150 - waited)],
    received: { "pod-1": receivedCounted([received]) },
  });

describe("fault-delay", () => {
  it("is obeyed where half of the calls wait, unsent", () => {
    expect(outcomeOf(faultDelay, seen(75, 75))).toBe("obeyed");
    expect(outcomeOf(faultDelay, seen(60, 90))).toBe("obeyed");
  });

  it("is ignored where none waits", () => expect(outcomeOf(faultDelay, seen(0, 150))).toBe("ignored"));

  it("differs where calls wait at the pods, and where all wait", () => {
    expect(outcomeOf(faultDelay, seen(75, 150))).toBe("differs");
    expect(outcomeOf(faultDelay, seen(150, 0))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let waited = 0; waited <= 150; waited += 1) outcomeOf(faultDelay, seen(waited, 150 - waited));
  });
});
