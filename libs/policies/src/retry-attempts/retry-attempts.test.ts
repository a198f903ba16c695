import type { Path } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { retryAttempts } from "./retry-attempts.ts";

/** A path that makes three attempts by itself. */
const THRICE: Path = [{ ...CHANNEL, retry: { of: "by code", attempts: 3, hedged: false, draws: 1 } }];

/** Pods receive so many attempts of 100 calls. */
const seen = (attempts: number, path: Path = [CHANNEL]) =>
  evidence({
    records: calls(100, { code: UNAVAILABLE }),
    received: { "pod-1": receivedCounted([attempts - 10]), "pod-2": receivedCounted([10]) },
    path,
  });

describe("retry-attempts", () => {
  it("is obeyed where every call is tried so often", () => expect(outcomeOf(retryAttempts, seen(400))).toBe("obeyed"));

  it("is ignored where each is tried as often as the path does by itself", () => {
    expect(outcomeOf(retryAttempts, seen(100))).toBe("ignored");
    expect(outcomeOf(retryAttempts, seen(300, THRICE))).toBe("ignored");
  });

  it("differs where calls are tried another number of times", () => {
    expect(outcomeOf(retryAttempts, seen(300))).toBe("differs");
    expect(outcomeOf(retryAttempts, seen(500))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let attempts = 100; attempts <= 600; attempts += 1) {
      outcomeOf(retryAttempts, seen(attempts));
      outcomeOf(retryAttempts, seen(attempts, THRICE));
    }
  });

  it("makes attempts of the hop that is asked", () => {
    const { parameters } = retryAttempts;
    const [asked, pod] = retryAttempts.onPath([CHANNEL, { ...CHANNEL, at: "pod" }], parameters);
    expect(asked?.retry).toEqual({ of: "by code", attempts: 4, hedged: false, draws: 1, losesStatuses: false });
    expect(pod?.retry).toEqual(CHANNEL.retry);
  });
});
