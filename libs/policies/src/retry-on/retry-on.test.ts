import type { Path } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { retryOn } from "./retry-on.ts";

/** A path that makes three attempts of calls that end UNAVAILABLE. */
const THRICE: Path = [{ ...CHANNEL, retry: { of: "by code", attempts: 3, hedged: false, draws: 1 } }];
const [LISTED, OTHER] = ["pods answer RESOURCE_EXHAUSTED", "pods answer UNAVAILABLE"] as const;

/** Pods receive so many attempts of 100 calls that end RESOURCE_EXHAUSTED and 200 that end UNAVAILABLE; two are under way when that changes. */
const seen = (attempts: number, path: Path = [CHANNEL]) =>
  evidence({
    records: [...calls(100, { code: RESOURCE_EXHAUSTED }), ...calls(200, { code: UNAVAILABLE, startMs: 1_000 })],
    received: { "pod-1": receivedCounted([attempts]) },
    phases: [
      { name: LISTED, fromMs: 0, toMs: 994 },
      { name: OTHER, fromMs: 1_004, toMs: 3_000 },
    ],
    path,
  });

describe("retry-on", () => {
  it("is obeyed where calls with the listed code are tried three times, and others once", () => {
    for (const attempts of [500, 504, 496]) expect(outcomeOf(retryOn, seen(attempts))).toBe("obeyed");
  });

  it("is ignored where nothing is tried again, or what the path tries again by itself", () => {
    expect(outcomeOf(retryOn, seen(300))).toBe("ignored");
    expect(outcomeOf(retryOn, seen(700, THRICE))).toBe("ignored");
  });

  it("differs where all are tried again, and where no call has the code", () => {
    expect(outcomeOf(retryOn, seen(900))).toBe("differs");
    expect(outcomeOf(retryOn, { ...seen(200), records: calls(200, { code: UNAVAILABLE }) })).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let attempts = 200; attempts <= 900; attempts += 1) {
      outcomeOf(retryOn, seen(attempts));
      outcomeOf(retryOn, seen(attempts, THRICE));
    }
  });
});
