import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { hedging } from "./hedging.ts";

/** Pods receive so many attempts of 60 calls, of which so many fail. */
const seen = (attempts: number, failed = 0) =>
  evidence({
    records: [...calls(60 - failed), ...calls(failed, { code: UNAVAILABLE })],
    received: { "pod-1": receivedCounted([attempts]) },
  });

describe("hedging", () => {
  it("is obeyed where every call is sent twice, and answered", () => {
    expect(outcomeOf(hedging, seen(120))).toBe("obeyed");
  });

  it("is ignored where every call is sent once, and answered", () =>
    expect(outcomeOf(hedging, seen(60))).toBe("ignored"));

  it("differs where some calls are sent twice, and where attempts are given up", () => {
    expect(outcomeOf(hedging, seen(90))).toBe("differs");
    expect(outcomeOf(hedging, seen(120, 60))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let attempts = 60; attempts <= 180; attempts += 1) outcomeOf(hedging, seen(attempts));
  });

  it("makes the retries of the hop that is asked hedged ones", () => {
    const [asked] = hedging.onPath([CHANNEL], hedging.parameters);
    expect(asked?.retry).toMatchObject({ of: "by code", attempts: 2, hedged: true });
  });
});
