import { expect, test, vi } from "vitest";
import { CALL_KINDS, type FinishedCall } from "../backend/finished-call.ts";
import { FakeGreeter, fakePod } from "./testing/fake-greeter.ts";
import { Traffic, type TrafficOptions } from "./traffic.ts";

const PATIENCE = { timeout: 60_000 };

function start(options: TrafficOptions = {}, pods = [fakePod(1), fakePod(2)]) {
  const calls: FinishedCall[] = [];
  const greeter = new FakeGreeter(pods, (call) => calls.push(call));
  return { calls, greeter, traffic: new Traffic(greeter, options) };
}

test("makes no call until it is told to", async () => {
  const { calls, traffic } = start();
  await traffic[Symbol.asyncDispose]();
  expect([calls.length, traffic.settings]).toEqual([0, { rate: 0, kind: "unary" }]);
});

test.each(CALL_KINDS)("makes %s calls, which say that they are its own", async (kind) => {
  const { calls, traffic } = start({ rate: 200, kind });
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(5), PATIENCE);
  await traffic[Symbol.asyncDispose]();
  expect(new Set(calls.map((call) => `${call.kind} ${call.via} ${call.code}`))).toEqual(new Set([`${kind} traffic 0`]));
});

test("is an open loop: slow answers do not hold it back, and it never makes more calls than its rate", async () => {
  const slow = { ...fakePod(1), latencyMs: 100 };
  const { calls, traffic } = start({ rate: 100 }, [slow]);
  const startMs = performance.now();
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(200), PATIENCE);
  const made = calls.length + traffic.inFlight;
  expect(made).toBeLessThanOrEqual(((performance.now() - startMs) / 1000) * 100 * 1.1 + 1);
  await traffic[Symbol.asyncDispose]();
});

test("a change of rate and kind takes effect at once, even from one call in a long while", async () => {
  const { calls, traffic } = start({ rate: 0.01 });
  await vi.waitFor(() => expect(calls.length).toBe(1), PATIENCE);
  traffic.set({ rate: 500, kind: "chat" });
  await vi.waitFor(() => expect(calls.at(-1)?.kind).toBe("chat"), PATIENCE);
  traffic.set({ rate: 0, kind: "chat" });
  await vi.waitFor(() => expect(traffic.inFlight).toBe(0), PATIENCE);
  await traffic[Symbol.asyncDispose]();
});

test("skips and counts what is due beyond the most in flight", async () => {
  const stuck = { ...fakePod(1), latencyMs: 60_000 };
  const { traffic } = start({ rate: 1_000, mostInFlight: 5 }, [stuck]);
  await vi.waitFor(() => expect(traffic.skipped).toBeGreaterThan(10), PATIENCE);
  expect(traffic.inFlight).toBe(5);
  await traffic[Symbol.asyncDispose]();
  expect(traffic.inFlight).toBe(0);
});

test("goes on over failed calls", async () => {
  const { calls, traffic } = start({ rate: 500 }, [{ ...fakePod(1), errorShare: 1 }]);
  await vi.waitFor(() => expect(calls.filter(({ code }) => code === 14).length).toBeGreaterThan(20), PATIENCE);
  await traffic[Symbol.asyncDispose]();
});

test("does nothing after its end", async () => {
  const { calls, traffic } = start();
  await traffic[Symbol.asyncDispose]();
  traffic.set({ rate: 5_000, kind: "unary" });
  await new Promise((resolve) => setImmediate(resolve));
  expect([calls.length, traffic.settings.rate]).toEqual([0, 0]);
});
