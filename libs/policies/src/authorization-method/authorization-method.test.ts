import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import type { Evidence } from "../policy.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { authorizationMethod } from "./authorization-method.ts";

/** 50 calls of the method with this code, of which pods saw some, and 50 others with that. */
function seen(code: number, reached: number, others: number) {
  const records = [...calls(50, { kind: 0, code }), ...calls(50, { kind: 1, code: others })];
  return evidence({ records, received: { "pod-1": receivedCounted([reached, 50]) } });
}

it("is obeyed where calls of the method are denied before pods see them, and others are answered", () => {
  expect(outcomeOf(authorizationMethod, seen(7, 0, 0))).toBe("obeyed");
});

it("is ignored where all are answered", () => {
  expect(outcomeOf(authorizationMethod, seen(0, 50, 0))).toBe("ignored");
});

it("is neither where all are denied, pods see what is denied, or calls fail otherwise", () => {
  const outcomes = [seen(7, 0, 7), seen(7, 1, 0), seen(14, 0, 0)].map((one) => outcomeOf(authorizationMethod, one));
  expect(outcomes).toEqual(["differs", "differs", "differs"]);
});

it("is not obeyed where calls failed without the rule as well", () => {
  const outcome = (without: Evidence) =>
    judge(
      authorizationMethod,
      authorizationMethod.parameters,
      seen(7, 0, 0),
      [],
      authorizationMethod.control?.seen(without),
    ).outcome;
  expect([outcome(seen(0, 50, 0)), outcome(seen(7, 0, 0))]).toEqual(["obeyed", "differs"]);
});
