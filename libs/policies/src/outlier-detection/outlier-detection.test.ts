import { type CallRecord, monotonicMs } from "@grpc-lb-lab/measure";
import type { Deployment, LoadRun, Path } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { OK, UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { outlierDetection } from "./outlier-detection.ts";

const [FAILING, BACK] = ["a pod fails", "the pod must be back"] as const;
const PODS = ["pod-1", "pod-2", "pod-3", "pod-4"];
/** A path with one connection to one pod. */
const PINNED: Path = [CHANNEL, { ...CHANNEL, at: "between", unit: "connection" }];

interface Trial {
  /** How many calls fail at first. */
  readonly atFirst: number;
  /** Of those that begin 2 to 3.5 s after the first failure, how many fail. */
  readonly late: number;
  /** How many pods answer in the end. Default: all. */
  readonly back?: number;
  readonly path?: Path;
}

/** 400 calls in 4 s, one every 10 ms, while a pod fails. */
function seen({ atFirst, late, back = PODS.length, path = [CHANNEL] }: Trial) {
  const fails = (n: number) => n < atFirst || (n >= 200 && n < 200 + late);
  const failing = calls(400).map((record, n) => (fails(n) ? { ...record, code: UNAVAILABLE, pod: undefined } : record));
  return evidence({
    records: [...failing, ...PODS.slice(0, back).flatMap((pod) => calls(20, { pod, startMs: 6_000 }))],
    phases: [
      { name: FAILING, fromMs: 0, toMs: 4_000 },
      { name: BACK, fromMs: 6_000, toMs: 7_000 },
    ],
    path,
  });
}

/** Of all calls every fourth fails, or all. */
function unheeded(every: number, path: Path = [CHANNEL]) {
  const trial = seen({ atFirst: 0, late: 0, back: PODS.length, path });
  const records = trial.records.map((record, n) =>
    n < 400 && n % every === 0 ? { ...record, code: UNAVAILABLE } : record,
  );
  return { ...trial, records };
}

describe("outlier-detection", () => {
  it("is obeyed where calls fail at first alone, and all pods answer in the end", () => {
    expect(outcomeOf(outlierDetection, seen({ atFirst: 5, late: 0 }))).toBe("obeyed");
  });

  it("is obeyed where a busy client sees the end of the failures late, for it is noticed no sooner", () => {
    const trial = seen({ atFirst: 5, late: 0 });
    const behind = trial.records.map((record) => (record.code === OK ? record : { ...record, latencyMs: 1_200 }));
    expect(outcomeOf(outlierDetection, { ...trial, records: behind })).toBe("obeyed");
  });

  it("does not mind failures once the pod may be tried again", () => {
    const trial = seen({ atFirst: 5, late: 0 });
    const again = calls(5, { code: UNAVAILABLE, startMs: 5_100 });
    expect(outcomeOf(outlierDetection, { ...trial, records: [...trial.records, ...again] })).toBe("obeyed");
  });

  it("is ignored where the pod's share of the calls goes on failing", () => {
    expect(outcomeOf(outlierDetection, unheeded(4))).toBe("ignored");
    expect(outcomeOf(outlierDetection, unheeded(1, PINNED))).toBe("ignored");
  });

  it("differs where nothing failed, where a few calls still fail, and where the pod does not come back", () => {
    expect(outcomeOf(outlierDetection, seen({ atFirst: 0, late: 0 }))).toBe("differs");
    expect(outcomeOf(outlierDetection, seen({ atFirst: 25, late: 1 }))).toBe("differs");
    expect(outcomeOf(outlierDetection, seen({ atFirst: 25, late: 0, back: 3 }))).toBe("differs");
    expect(outcomeOf(outlierDetection, evidence({ records: calls(100) }))).toBe("differs");
  });

  it("cannot be told where so few calls were made that none failed by chance, and says what to do", () => {
    const trial = seen({ atFirst: 5, late: 0 });
    const few = trial.records.filter((_, n) => n < 10 || n % 10 === 0 || n >= 400);
    expect(() => outcomeOf(outlierDetection, { ...trial, records: few })).toThrow(
      /^outlier-detection with ejectionMs=5000 cannot be told here: .* try on a less busy machine/,
    );
  });

  it("is judged by its own ejection time", () => {
    const judged = (ejectionMs: number, trial: Trial) =>
      judge(outlierDetection, { ejectionMs }, seen(trial), []).outcome;
    // These failures come when an ejection of 5 s must be noticed, one of 2 s is over, and one of 10 s has not begun.
    const late = { atFirst: 5, late: 20 };
    expect([judged(5_000, late), judged(2_000, late), judged(10_000, late)]).toEqual(["differs", "obeyed", "obeyed"]);
  });

  it("is never obeyed and ignored at once", () => {
    for (let late = 0; late <= 200; late += 5) {
      outcomeOf(outlierDetection, seen({ atFirst: 25, late }));
      outcomeOf(outlierDetection, seen({ atFirst: 25, late, back: 1, path: PINNED }));
    }
  });

  it.each([1_000, 5_000, 60_000])(
    "lets the pod fail until shortly before it is tried again, with as many calls, for %i ms",
    async (ejectionMs) => {
      const { failedMs, rate } = await courseOf(ejectionMs);
      expect(failedMs).toBeGreaterThan(0.7 * ejectionMs);
      expect(failedMs).toBeLessThan(ejectionMs);
      expect((rate * ejectionMs) / 1_000).toBeCloseTo(600, 0);
    },
  );

  it("makes the hop that is asked notice bad answers", () => {
    const [asked] = outlierDetection.onPath([CHANNEL], outlierDetection.parameters);
    expect(asked?.notice).toMatchObject({ crash: CHANNEL.notice.crash, badStatus: { by: "passive ejection" } });
  });
});

/** For how long after its first failure the pod of a trial fails by the calls' own times: one comes every 50th part of an ejection, and every one fails meanwhile. */
async function courseOf(ejectionMs: number) {
  const { course, load } = outlierDetection.trial({ ejectionMs });
  const mended = Promise.withResolvers<void>();
  let lastMs = 0;
  const firstMs = monotonicMs() + 1_000;
  const waitFor = async (hasCome: (fresh: readonly CallRecord[]) => boolean) => {
    for (let n = 0; n < 500; n += 1) {
      lastMs = firstMs + (n * ejectionMs) / 50;
      if (hasCome(PODS.flatMap((pod) => calls(1, { pod, code: UNAVAILABLE, startMs: lastMs })))) return;
    }
    expect.fail("it waits for ever");
  };
  const failed = { ms: 0 };
  const fault = async (_: string, { errorShare = 0 }) => {
    if (errorShare > 0) return;
    failed.ms = lastMs - firstMs;
    mended.resolve();
  };
  await Promise.race([
    mended.promise,
    course?.({
      deployment: { pods: () => evidence().pods, fault } as unknown as Deployment,
      load: { records: calls(1, { pod: "pod-1" }), waitFor } as unknown as LoadRun,
      abilities: evidence().abilities,
      signal: new AbortController().signal,
      pause: async () => undefined,
      phase: (_, steps) => steps(),
    }),
  ]);
  return { failedMs: failed.ms, rate: load.rate ?? 0 };
}
