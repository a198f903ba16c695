import { expect, it } from "vitest";
import { firstAnswers } from "./first-answers.ts";
import { call, failed } from "./testing/call.ts";

it("finds when each pod's first answer arrived, which need not be that of its first call", () => {
  const records = [call(20, { latencyMs: 1 }), call(5, { latencyMs: 100 }), call(0, { pod: "b" })];
  expect(Object.fromEntries(firstAnswers(records))).toEqual({ a: 21, b: 10 });
});

it("takes no failed call for an answer", () => {
  expect(firstAnswers([failed(0), failed(1, { pod: "a" })]).size).toBe(0);
});
