import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { mtlsStrict } from "./mtls-strict.ts";

/** 50 calls in plaintext, and 50 by mutual TLS, with these codes; of the first, pods saw so many. */
function seen(plaintext: number, mutual: number, reached: number) {
  const records = [...calls(50, { kind: 0, code: plaintext }), ...calls(50, { kind: 1, code: mutual })];
  return evidence({ records, received: { "pod-1": receivedCounted([reached, 50]) } });
}

it("is obeyed where calls in plaintext fail, in whatever way, and others do not", () => {
  expect([outcomeOf(mtlsStrict, seen(14, 0, 0)), outcomeOf(mtlsStrict, seen(4, 0, 0))]).toEqual(["obeyed", "obeyed"]);
});

it("is ignored where all are answered", () => {
  expect(outcomeOf(mtlsStrict, seen(0, 0, 50))).toBe("ignored");
});

it("is neither where all fail, or what fails was seen by a pod", () => {
  expect([outcomeOf(mtlsStrict, seen(14, 14, 0)), outcomeOf(mtlsStrict, seen(14, 0, 50))]).toEqual([
    "differs",
    "differs",
  ]);
});

it("is held against calls in plaintext while mutual TLS is off, whatever comes of the others", () => {
  const control = (plaintext: number, mutual: number) => mtlsStrict.control?.seen(seen(plaintext, mutual, 50));
  const outcome = (without: ReturnType<typeof control>) => judge(mtlsStrict, {}, seen(14, 0, 0), [], without).outcome;
  expect([outcome(control(0, 0)), outcome(control(0, 14))]).toEqual(["obeyed", "obeyed"]);
  expect(outcome(control(14, 0))).toBe("differs");
});
