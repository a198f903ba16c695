import { describe, expect, it } from "vitest";
import { DEADLINE_EXCEEDED, UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { timeout } from "./timeout.ts";

/** So many of 60 calls end with a code, and pods receive so many. */
const seen = (ended: number, code: number, received = 60) =>
  evidence({
    records: [...calls(ended, { code }), ...calls(60 - ended)],
    received: { "pod-1": receivedCounted([received]) },
  });

describe("timeout", () => {
  it("is obeyed where every call is ended, by the client or by a proxy, once pods have it", () => {
    expect(outcomeOf(timeout, seen(60, DEADLINE_EXCEEDED))).toBe("obeyed");
    expect(outcomeOf(timeout, seen(60, UNAVAILABLE))).toBe("obeyed");
  });

  it("is ignored where every call is answered in the end", () => {
    expect(outcomeOf(timeout, seen(0, DEADLINE_EXCEEDED))).toBe("ignored");
  });

  it("differs where some calls are ended, where calls are ended before they are sent, and where they are tried again", () => {
    expect(outcomeOf(timeout, seen(30, DEADLINE_EXCEEDED))).toBe("differs");
    expect(outcomeOf(timeout, seen(60, DEADLINE_EXCEEDED, 0))).toBe("differs");
    expect(outcomeOf(timeout, seen(60, UNAVAILABLE, 180))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let ended = 0; ended <= 60; ended += 1) outcomeOf(timeout, seen(ended, UNAVAILABLE));
  });
});
