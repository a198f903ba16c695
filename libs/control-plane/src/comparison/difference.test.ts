import { expect, test } from "vitest";
import { differences } from "./difference.ts";
import { expectDifferences } from "./expect-differences.ts";

test("differences are named where they begin: only ours, only the recording's, or of value", () => {
  const ours = { same: [1, { a: 1 }], value: 1, list: [1, 2], extra: {}, kind: [] };
  const recorded = { same: [1, { a: 1 }], value: 2, list: [1], missing: { deep: 1 }, kind: {} };
  expect(differences(ours, recorded)).toEqual(["≠ value", "+ list[1]", "+ extra", "≠ kind", "- missing"]);
});

test("a difference without a reason fails, and so does a reason without a difference", () => {
  expectDifferences({ a: 1 }, { a: 2 }, { "≠ a": "why" });
  expect(() => expectDifferences({ a: 1 }, { a: 2 }, {})).toThrow();
  expect(() => expectDifferences({ a: 1 }, { a: 1 }, { "≠ a": "why" })).toThrow();
  expect(() => expectDifferences({ a: 1 }, undefined, {})).toThrow();
});
