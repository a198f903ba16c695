import type { CallRecord } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { endedSince, recentLines } from "./live-view.ts";

function call(startMs: number, latencyMs: number, fields: Partial<CallRecord> = {}): CallRecord {
  return { startMs, latencyMs, code: 0, pod: "backend-1", attempts: 1, client: 0, ...fields };
}

it("looks at all calls that ended since, with one among them that began long ago", () => {
  const records = [call(1_000, 5), call(9_000, 5), call(9_500, 5), call(0, 15_000), call(14_996, 5)];
  expect(endedSince(records, 9_500)).toEqual(records.slice(2));
  expect(endedSince(records, 20_000)).toEqual([]);
  expect(endedSince(records, 0)).toEqual(records);
});

describe("the figures of recent calls", () => {
  const answered = [call(0, 2), call(50, 2), call(100, 2), call(150, 2)];
  const failed = answered.map((record) => ({ ...record, code: 14 }));

  it("are one line", () => {
    expect(recentLines(answered, [2, 2], 20)).toEqual(["4 calls, 0 failed, evenness 1.000, p50 2.00 ms, p99 2.00 ms"]);
  });

  it("have marked percentiles beside failed calls, and none without an answer", () => {
    expect(recentLines([...answered, ...failed], [2, 2], 20)).toEqual([
      "8 calls, 4 failed, evenness 1.000, p50 2.00 ms*, p99 2.00 ms*",
      "* over answered calls only: 4 of 8",
    ]);
    expect(recentLines(failed, [0, 0], 20)).toEqual(["4 calls, 4 failed, evenness 0.000"]);
  });

  it("say that the client is the limit, where it starts calls late", () => {
    const late = answered.map((record) => ({ ...record, lagMs: 50, latencyMs: 52 }));
    expect(recentLines(late, [2, 2], 20)[1]).toBe(
      "! the client is the limit, not the mode: it started 16 of 20 planned calls per second, late by 50.0 ms (p50), 50.0 ms (p99), 50.0 ms (max)",
    );
    expect(recentLines(late, [2, 2])).toHaveLength(1);
  });
});
