import { experimental, Metadata, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CallCounter } from "./call-counter.ts";

const { PickResultType } = experimental;
const pick = {
  pickResultType: PickResultType.COMPLETE,
  subchannel: null,
  status: null,
  onCallStarted: null,
  onCallEnded: null,
};

/** A counter of two endpoints, a clock and an event loop by hand. */
function setUp() {
  const ended: [endpoint: number, latencyMs: number, code: status][] = [];
  const turns: (() => void)[] = [];
  const clock = { nowMs: 0 };
  const loads = [{ inFlight: 0 }, { inFlight: 0 }];
  const counter = new CallCounter(
    () => clock.nowMs,
    (load, latencyMs, code) => ended.push([loads.indexOf(load), latencyMs, code]),
    (callback) => turns.push(callback),
  );
  const turn = () => {
    for (const callback of turns.splice(0)) callback();
  };
  const count = (endpoint: number, inner: experimental.PickResult = pick) =>
    counter.count(loads[endpoint] ?? { inFlight: 0 }, inner);
  return { ended, turns, turn, clock, loads, count, counts: () => loads.map(({ inFlight }) => inFlight) };
}

const end = (result: experimental.PickResult, code = status.OK) => result.onCallEnded?.(code, "", new Metadata());

test("a call counts from its pick to its end, and its latency from its start", () => {
  const { count, counts, turn, clock, ended } = setUp();
  const call = count(0);
  expect(counts()).toEqual([1, 0]);
  clock.nowMs = 5;
  call.onCallStarted?.();
  turn();
  expect(counts()).toEqual([1, 0]);
  clock.nowMs = 12;
  end(call, status.NOT_FOUND);
  expect(counts()).toEqual([0, 0]);
  expect(ended).toEqual([[0, 7, status.NOT_FOUND]]);
});

test("a pick whose call never starts counts until the next turn of the event loop, and one that starts later counts again", () => {
  const { count, counts, turn, ended } = setUp();
  count(0);
  const late = count(1);
  turn();
  expect(counts()).toEqual([0, 0]);
  late.onCallStarted?.();
  expect(counts()).toEqual([0, 1]);
  turn();
  expect(counts()).toEqual([0, 1]);
  end(late);
  expect(counts()).toEqual([0, 0]);
  expect(ended).toHaveLength(1);
});

test("a burst asks the event loop once", () => {
  const { count, turn, turns } = setUp();
  for (let call = 0; call < 100; call += 1) count(0);
  expect(turns).toHaveLength(1);
  turn();
  count(0);
  expect(turns).toHaveLength(1);
});

test("the child's own callbacks are called, and all fields are the object's own", () => {
  const { count } = setUp();
  const calls: unknown[] = [];
  const inner = {
    ...pick,
    onCallStarted: () => calls.push("started"),
    onCallEnded: (code: status, details: string) => calls.push([code, details]),
  };
  const copy = Object.assign({}, count(0, inner));
  copy.onCallStarted?.();
  copy.onCallEnded?.(status.ABORTED, "why", new Metadata());
  expect(calls).toEqual(["started", [status.ABORTED, "why"]]);
});

/** What may happen, to the call of this number where one is concerned. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pick" as const), endpoint: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("start" as const, "end" as const), call: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "turn" as const }) },
);

test("in any order of picks, starts, ends and turns each call counts once, and no more when it has ended", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const { count, counts, turn, ended } = setUp();
      const calls: { endpoint: number; result: experimental.PickResult; model: "fresh" | "old" | "on" | "over" }[] = [];
      for (const each of events) {
        if (each.kind === "pick") calls.push({ endpoint: each.endpoint, result: count(each.endpoint), model: "fresh" });
        else if (each.kind === "turn") {
          turn();
          for (const call of calls) if (call.model === "fresh") call.model = "old";
        } else {
          const call = calls[each.call];
          if (call === undefined) continue;
          if (each.kind === "start") {
            call.result.onCallStarted?.();
            if (call.model !== "over") call.model = "on";
          } else {
            end(call.result);
            if (call.model === "on") call.model = "over";
          }
        }
        const expected = [0, 1].map(
          (endpoint) =>
            calls.filter((call) => call.endpoint === endpoint && ["fresh", "on"].includes(call.model)).length,
        );
        expect(counts()).toEqual(expected);
      }
      expect(ended).toHaveLength(calls.filter(({ model }) => model === "over").length);
    }),
    { numRuns: 500 },
  );
});
