import type { CallKind, LoadSpec } from "@grpc-lb-lab/stage-api";
import type * as v from "valibot";
import { expect, expectTypeOf, it } from "vitest";
import { type CompleteLoadSpec, type LoadSpecSchema, readLoadSpec } from "./load-spec.ts";

/** With all fields, at all depths, and none of them read-only: what is left to compare are names and types. */
type Bare<T> = T extends object ? { -readonly [Name in keyof T]-?: Bare<NonNullable<T[Name]>> } : NonNullable<T>;
type Input = v.InferInput<typeof LoadSpecSchema>;

it("takes what the contract says, field by field, as the compiler sees", () => {
  expectTypeOf<Bare<Omit<Input, "kinds">>>().toEqualTypeOf<Bare<Omit<LoadSpec, "kinds">>>();
  expectTypeOf<Bare<NonNullable<Input["kinds"]>[number]>>().toEqualTypeOf<Bare<CallKind>>();
  expectTypeOf<LoadSpec>().toExtend<Omit<Input, "kinds">>();
  expectTypeOf<CompleteLoadSpec>().toExtend<LoadSpec>();
});

it("fills in what may be left out", () => {
  const warmUp = { distinctPods: 1, calls: 20, maxMs: 5_000 };
  expect(readLoadSpec('{"rate":5}')).toEqual({
    rate: 5,
    durationMs: 600_000,
    arrivals: "even",
    clients: 1,
    app: "greeter",
    name: "lab",
    kinds: [{ method: "SayHello", metadata: {} }],
    warmUp,
  });
  expect(readLoadSpec('{"rate":5,"kinds":[{"deadlineMs":9}]}').kinds).toEqual([
    { method: "SayHello", metadata: {}, deadlineMs: 9 },
  ]);
});

it("names every wrong field", () => {
  const wrong = () => readLoadSpec('{"rate":0,"clients":1.5}');
  expect(wrong).toThrow(/^the load specification on stdin is wrong: rate: .*; clients: /);
  expect(() => readLoadSpec('{"rate":1,"inFlight":1}')).toThrow("give either rate or inFlight");
  const unary = '{"rate":1,"kinds":[{"messages":{"everyMs":100}}]}';
  expect(() => readLoadSpec(unary)).toThrow("SayHello has one message: leave messages out");
  expect(() => readLoadSpec('{"rate":1,"kinds":[{"method":"Chat","messages":{}}]}')).toThrow(
    /kinds.0.messages.everyMs/,
  );
  const stream = '{"rate":1,"app":"echo","kinds":[{"method":"SayHelloStream"}]}';
  expect(() => readLoadSpec(stream)).toThrow("the application has not every method");
});
