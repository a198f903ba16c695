import { expect, test } from "vitest";
import { responseCode } from "./response-code.ts";

test.each([
  ["500", 0, 500],
  ["500:1,200:3", 0.249, 500],
  ["500:1,200:3", 0.25, 200],
  ["500:1,200:3", 0.999, 200],
  ["500:0,404:1", 0, 404],
])("of %s the random number %d picks %i", (codes, random, code) => {
  expect(responseCode(codes, () => random)).toBe(code);
});

test.each([
  ["500:1:2", 'invalid "500:1:2" (want code or code:count)'],
  ["abc", 'strconv.Atoi: parsing "abc": invalid syntax'],
  ["99", "invalid HTTP response code 99"],
  ["600", "invalid HTTP response code 600"],
  ["200:-1", "invalid count -1"],
  ["200:0", 'invalid "200:0" (the counts add up to 0)'],
])("%s is refused", (codes, reason) => {
  expect(() => responseCode(codes, () => 0)).toThrow(reason);
});
