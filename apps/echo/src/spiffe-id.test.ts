import { expect, test } from "vitest";
import { spiffeId } from "./spiffe-id.ts";

test.each([
  ["URI:spiffe://cluster.local/ns/echo/sa/default", "spiffe://cluster.local/ns/echo/sa/default"],
  ["DNS:a, URI:spiffe://td/x, URI:https://b", "spiffe://td/x"],
  ["DNS:spiffe://td/x", undefined],
  [undefined, undefined],
])("the names %j hold %j", (subjectaltname, id) => {
  expect(spiffeId({ subjectaltname })).toBe(id);
});

test("without a certificate there is none", () => {
  expect(spiffeId(undefined)).toBeUndefined();
});
