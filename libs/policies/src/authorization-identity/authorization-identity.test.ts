import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import type { Evidence } from "../policy.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { authorizationIdentity } from "./authorization-identity.ts";

/** 50 calls of the method that is for somebody else, and 50 of that for the client, with these codes. */
function seen(code: number, own: number) {
  const records = [...calls(50, { kind: 0, code }), ...calls(50, { kind: 1, code: own })];
  const reached = [code, own].map((one) => (one === 0 ? 50 : 0));
  return evidence({ records, received: { "pod-1": receivedCounted(reached) } });
}

it("is obeyed where the client may call what is for it alone, and ignored where it may call all", () => {
  expect([outcomeOf(authorizationIdentity, seen(7, 0)), outcomeOf(authorizationIdentity, seen(0, 0))]).toEqual([
    "obeyed",
    "ignored",
  ]);
});

it("is neither where nobody knows the client, so that it may call nothing, or is taken for the other", () => {
  expect([outcomeOf(authorizationIdentity, seen(7, 7)), outcomeOf(authorizationIdentity, seen(0, 7))]).toEqual([
    "differs",
    "differs",
  ]);
});

it("is not obeyed where calls failed without the rule as well", () => {
  const outcome = (without: Evidence) =>
    judge(
      authorizationIdentity,
      authorizationIdentity.parameters,
      seen(7, 0),
      [],
      authorizationIdentity.control?.seen(without),
    ).outcome;
  expect([outcome(seen(0, 0)), outcome(seen(7, 0))]).toEqual(["obeyed", "differs"]);
});
