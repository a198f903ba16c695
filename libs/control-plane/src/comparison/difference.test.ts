import { expect, test } from "vitest";
import { differences } from "./difference.ts";
import { expectDifferences } from "./expect-differences.ts";

test("differences are named where they begin: only ours, only the recording's, or of value", () => {
  const ours = { same: [1, { a: 1 }], value: 1, list: [1, 2], extra: {}, kind: [] };
  const recorded = { same: [1, { a: 1 }], value: 2, list: [1], missing: { deep: 1 }, kind: {} };
  expect(differences(ours, recorded)).toEqual([
    { path: "≠ value", ours: 1, recorded: 2 },
    { path: "+ list[1]", ours: 2, recorded: undefined },
    { path: "+ extra", ours: {}, recorded: undefined },
    { path: "≠ kind", ours: [], recorded: {} },
    { path: "- missing", ours: undefined, recorded: { deep: 1 } },
  ]);
});

test("a difference without a reason fails with both values, and so does a reason without a difference", () => {
  expectDifferences({ a: 1 }, { a: 2 }, { "≠ a": "why" });
  expect(() => expectDifferences({ a: 1 }, { a: [2] }, {})).toThrow(/≠ a\n {2}recorded: \[2\]\n {2}ours: {5}1$/);
  expect(() => expectDifferences({ a: 1 }, { a: 1 }, { "≠ a": "why" })).toThrow("no difference any more: ≠ a");
  expect(() => expectDifferences({ a: 1 }, undefined, {})).toThrow();
});

test("a reason may speak of many places, and of no others", () => {
  const ours = { list: [{ a: 1 }, { a: 2 }] };
  const recorded = {
    list: [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
  };
  expectDifferences(ours, recorded, { "- list[*].b": "why" });
  expect(() => expectDifferences(ours, recorded, { "- list[0].*": "why" })).toThrow("- list[1].b");
  expect(() => expectDifferences({ listXb: 1 }, {}, { "+ list.b": "why" })).toThrow("+ listXb");
});
