import { beganMs, type CallRecord } from "@grpc-lb-lab/measure";
import type { Hop } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { DEADLINE_EXCEEDED, OK, UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { maxRequests } from "./max-requests.ts";

const WORK_MS = 2_000;

interface Breaker {
  /** How many it lets be under way. */
  readonly limit: number;
  /** How long a call that is over still counts. Default: not at all. */
  readonly releasedMs?: number;
  /** How much later than intended the nth call is begun. Default: not at all. */
  readonly lagMs?: (n: number) => number;
  /** Whether calls that are begun in the same ms do not see each other. */
  readonly isBlind?: boolean;
  /** How calls end that it refuses. */
  readonly code?: number;
}

/** 75 calls, 15 a second, that pass a breaker on their way to a pod. */
function broken({ limit, releasedMs = 0, lagMs = () => 0, isBlind = false, code = UNAVAILABLE }: Breaker) {
  const records: CallRecord[] = [];
  let mostInFlight = 0;
  for (let n = 0; n < 75; n += 1) {
    const began = { startMs: (n * 1_000) / 15, lagMs: lagMs(n), client: 0, attempts: 1 };
    const atMs = beganMs({ ...began, latencyMs: 0, code: OK, pod: undefined });
    const under = (extraMs: number) =>
      records.filter((one) => one.code === OK && one.startMs + one.latencyMs + extraMs > atMs);
    const counted = under(releasedMs).filter((one) => !isBlind || beganMs(one) < atMs);
    const isLet = counted.length < limit;
    records.push({
      ...began,
      latencyMs: began.lagMs + (isLet ? WORK_MS : 1),
      code: isLet ? OK : code,
      pod: isLet ? "pod-1" : undefined,
    });
    mostInFlight = Math.max(mostInFlight, under(0).length);
  }
  return evidence({ records, received: { "pod-1": receivedCounted([75], { mostInFlight }) } });
}

describe("max-requests", () => {
  it("is obeyed where as many are under way as may be, and others are refused", () => {
    expect(outcomeOf(maxRequests, broken({ limit: 10 }))).toBe("obeyed");
    expect(outcomeOf(maxRequests, broken({ limit: 10, releasedMs: 60 }))).toBe("obeyed");
  });

  it("is obeyed where calls that a client begins at once are let through together, and not where they are not begun so", () => {
    const behind = { lagMs: (n: number) => (n >= 8 && n <= 11 ? ((12 - n) * 1_000) / 15 : 0), isBlind: true };
    const seen = broken({ limit: 10, ...behind });
    expect(seen.received.get("pod-1")?.mostInFlight).toBe(13);
    expect(outcomeOf(maxRequests, seen)).toBe("obeyed");
    expect(outcomeOf(maxRequests, broken({ limit: 11 }))).toBe("differs");
  });

  it("is ignored where more are under way, and none is refused", () => {
    expect(outcomeOf(maxRequests, broken({ limit: 100 }))).toBe("ignored");
  });

  it("differs where more are under way though calls are refused, where fewer are, and where calls are kept waiting", () => {
    expect(outcomeOf(maxRequests, broken({ limit: 20 }))).toBe("differs");
    expect(outcomeOf(maxRequests, broken({ limit: 9 }))).toBe("differs");
    expect(outcomeOf(maxRequests, broken({ limit: 10, code: DEADLINE_EXCEEDED }))).toBe("differs");
  });

  it("differs where the limit is kept, but calls are refused though it is not reached", () => {
    const late = broken({ limit: 10, releasedMs: 400 });
    expect(late.received.get("pod-1")?.mostInFlight).toBe(10);
    expect(judge(maxRequests, maxRequests.parameters, late, [])).toMatchObject({
      outcome: "differs",
      words: expect.stringContaining("calls that were under way when one was refused, at least"),
    });
  });

  it("lets off what the run's calls were late by, and no more", () => {
    const seen = broken({ limit: 10 });
    const late = seen.records.map((record) =>
      record.code === OK ? { ...record, latencyMs: record.latencyMs + 1_400 } : record,
    );
    const bound = (records: CallRecord[]) => maxRequests.obeyed({ ...seen, records }, { limit: 10 })[0]?.bound;
    expect(bound([...seen.records])).toMatch(/^10 to 10 |^10 \(/);
    expect(bound(late)).toMatch(/^9 to 10 /);
  });

  it("makes the hop that is asked refuse what is over the limit, of all pods or of each", () => {
    const limitOf = (hop: Partial<Hop>) =>
      maxRequests.onPath([CHANNEL, { ...CHANNEL, ...hop }], { limit: 10 })[1]?.requestsAtMost;
    expect(maxRequests.onPath([CHANNEL], { limit: 10 })[0]?.requestsAtMost).toEqual({ calls: 10, of: "all pods" });
    expect(limitOf({ dialects: ["Istio", "Envoy"] })).toEqual({ calls: 10, of: "all pods" });
    expect(limitOf({ dialects: ["HAProxy"] })).toEqual({ calls: 10, of: "each pod" });
    const nginx = (scope: "worker" | "proxy") =>
      limitOf({ dialects: ["nginx"], pick: { kind: "rotation", scope, workers: 2 } });
    expect([nginx("proxy"), nginx("worker")]).toEqual([
      { calls: 10, of: "each pod" },
      { calls: 20, of: "each pod" },
    ]);
  });

  it("says beside its bounds what chance has to do with them", () => {
    const { expectations } = judge(maxRequests, maxRequests.parameters, broken({ limit: 10 }), []);
    expect(expectations.map(({ bound }) => bound).join()).toContain(
      "calls of the run were 0 ms late at most; by chance less than once in 10⁵",
    );
  });

  it("is never obeyed and ignored at once", () => {
    for (let limit = 1; limit <= 40; limit += 1) outcomeOf(maxRequests, broken({ limit }));
  });
});
