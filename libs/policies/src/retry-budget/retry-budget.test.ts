import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { retryBudget } from "./retry-budget.ts";

/** Pods receive so many attempts of 300 calls. */
const seen = (attempts: number) =>
  evidence({ records: calls(300, { code: UNAVAILABLE }), received: { "pod-1": receivedCounted([attempts]) } });

describe("retry-budget", () => {
  it("is obeyed where a few calls are tried again", () => {
    for (const attempts of [301, 375, 450]) expect(outcomeOf(retryBudget, seen(attempts))).toBe("obeyed");
  });

  it("is ignored where all are, as often as the retries say", () => {
    expect(outcomeOf(retryBudget, seen(1_200))).toBe("ignored");
  });

  it("differs where none is, and where half of them are", () => {
    for (const attempts of [300, 600]) expect(outcomeOf(retryBudget, seen(attempts))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let attempts = 300; attempts <= 1_300; attempts += 5) outcomeOf(retryBudget, seen(attempts));
  });
});
