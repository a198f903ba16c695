import { expect, test } from "vitest";
import { parseSelector } from "./selector.ts";

test.each([
  [null, true],
  ["", true],
  ["app=a", true],
  ["app==a", true],
  [" app = a , tier!=back ", true],
  ["app=a,tier=back", false],
  ["app!=a", false],
  ["other!=x", true],
])("%s selects {app: a, tier: front}: %s", (text, expected) => {
  expect(parseSelector(text)({ app: "a", tier: "front" })).toBe(expected);
});

test("what is not understood is refused, not ignored", () => {
  expect(() => parseSelector("app in (a,b)")).toThrow('unable to parse requirement "app in (a"');
  expect(() => parseSelector("spec.x=1", ["metadata.name"])).toThrow("field label not supported: spec.x");
});
