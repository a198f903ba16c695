import { describe, expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { DEADLINE_EXCEEDED, UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { timeout } from "./timeout.ts";

/** So many of 60 calls end with a code, after a time, and pods receive so many. */
const seen = (ended: number, code: number, received = 60, latencyMs = 1_003) =>
  evidence({
    records: [...calls(ended, { code, latencyMs }), ...calls(60 - ended, { latencyMs: 3_002 })],
    received: { "pod-1": receivedCounted([received]) },
  });

describe("timeout", () => {
  it("is obeyed where every call is ended, by the client or by a proxy, once pods have it", () => {
    expect(outcomeOf(timeout, seen(60, DEADLINE_EXCEEDED))).toBe("obeyed");
    expect(outcomeOf(timeout, seen(60, UNAVAILABLE))).toBe("obeyed");
  });

  it("is ignored where every call is answered in the end", () => {
    expect(outcomeOf(timeout, seen(0, DEADLINE_EXCEEDED))).toBe("ignored");
  });

  it("differs where some calls are ended, where calls are ended before they are sent, and where they are tried again", () => {
    expect(outcomeOf(timeout, seen(30, DEADLINE_EXCEEDED))).toBe("differs");
    expect(outcomeOf(timeout, seen(60, DEADLINE_EXCEEDED, 0))).toBe("differs");
    expect(outcomeOf(timeout, seen(60, UNAVAILABLE, 180))).toBe("differs");
  });

  it("differs where calls are ended by something that is quicker or slower than the rule, and says when", () => {
    const ended = (ms: number) => seen(60, DEADLINE_EXCEEDED, 60, ms);
    expect([5, 880, 2_100, 20_000].map((ms) => outcomeOf(timeout, ended(ms)))).toEqual(Array(4).fill("differs"));
    const { words } = judge(timeout, timeout.parameters, ended(20_000), []);
    expect(words).toBe(
      "calls are ended, the first after 20000 ms and half of them within 20000 ms, and not after 1000 ms",
    );
    const [oneAtOnce] = calls(1, { code: UNAVAILABLE, latencyMs: 2 });
    const records = [oneAtOnce ?? expect.fail(), ...seen(59, UNAVAILABLE).records.slice(0, 59)];
    expect(outcomeOf(timeout, { ...seen(60, UNAVAILABLE), records })).toBe("differs");
  });

  it("counts a call's time from when it was begun, and bears a machine that is late with some", () => {
    const behind = seen(60, DEADLINE_EXCEEDED);
    const records = behind.records.map((record, n) => ({
      ...record,
      lagMs: 400,
      latencyMs: n % 3 === 0 ? 3_400 : 1_402,
    }));
    expect(outcomeOf(timeout, { ...behind, records })).toBe("obeyed");
  });

  it("leaves clients a deadline that is later than pods take, whatever the timeout is", () => {
    const { env = {} } = timeout.trial({ timeoutMs: 10_000 });
    expect(Number(env.BACKEND_DEADLINE_MS)).toBeGreaterThan(Number(env.WORK_MS));
  });

  it("is never obeyed and ignored at once", () => {
    for (let ended = 0; ended <= 60; ended += 1) outcomeOf(timeout, seen(ended, UNAVAILABLE));
  });
});
