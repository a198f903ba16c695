import type { Hop } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence, receivedCounted } from "../testing/evidence.ts";
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

  it("is ignored where calls are tried as often as without any rule: once, or as a hop does by itself", () => {
    expect(outcomeOf(retryBudget, seen(300))).toBe("ignored");
    const byItself: Hop = { ...CHANNEL, retry: { ...CHANNEL.retry, of: "by code", attempts: 3 } };
    expect(outcomeOf(retryBudget, { ...seen(900), path: [byItself] })).toBe("ignored");
  });

  it("differs where half of them are, or as often as another path would", () => {
    for (const attempts of [600, 900]) expect(outcomeOf(retryBudget, seen(attempts))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let attempts = 300; attempts <= 1_300; attempts += 5) outcomeOf(retryBudget, seen(attempts));
  });

  it("leaves the attempts that its rules ask for, and limits them as the hop that is asked can", () => {
    const { parameters, onPath, besideOnPath = (path) => path } = retryBudget;
    const proxy: Hop = { ...CHANNEL, at: "between", dialects: ["Envoy"] };
    const limitOf = (hop: Hop) => onPath(besideOnPath([hop], parameters), parameters)[0]?.retry;
    const tried = { of: "by code", attempts: 4, losesStatuses: false };
    expect(besideOnPath([CHANNEL], parameters)[0]?.retry).toMatchObject(tried);
    expect(limitOf(CHANNEL)).toMatchObject({ ...tried, limit: { by: "tokens", most: 100, perAnswer: 0.2 } });
    expect(limitOf(proxy)).toMatchObject({ ...tried, limit: { by: "calls under way", part: 0.2, least: 1 } });
  });
});
