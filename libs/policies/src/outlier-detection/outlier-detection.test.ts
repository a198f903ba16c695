import { type CallRecord, monotonicMs } from "@grpc-lb-lab/measure";
import type { Deployment, LoadRun, Path } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { CHANNEL, calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { outlierDetection } from "./outlier-detection.ts";

const [FAILING, WITHOUT, BACK] = ["a pod fails", "the pod must be left out", "the pod must be back"] as const;
const PODS = ["pod-1", "pod-2", "pod-3", "pod-4"];
/** A path with one connection to one pod. */
const PINNED: Path = [CHANNEL, { ...CHANNEL, at: "between", unit: "connection" }];

/** So many calls of 100 fail at first, and so many of 140 once the pod must be left out; so many pods answer in the end. */
const seen = (atFirst: number, late: number, back = PODS.length, path: Path = [CHANNEL]) =>
  evidence({
    records: [
      ...calls(atFirst, { code: UNAVAILABLE }),
      ...calls(100 - atFirst, { startMs: atFirst * 10 }),
      ...calls(late, { code: UNAVAILABLE, startMs: 2_000 }),
      ...calls(140 - late, { startMs: 2_000 + late * 10 }),
      ...PODS.slice(0, back).flatMap((pod) => calls(20, { pod, startMs: 6_000 })),
    ],
    phases: [
      { name: FAILING, fromMs: 0, toMs: 2_000 },
      { name: WITHOUT, fromMs: 2_000, toMs: 3_500 },
      { name: BACK, fromMs: 6_000, toMs: 7_000 },
    ],
    path,
  });

/** What the trial of an ejection of that length waits for, where each pod answers whatever is done. */
async function courseOf(ejectionMs: number) {
  const { course, load } = outlierDetection.trial({ ejectionMs });
  const pauses: number[] = [];
  await course?.({
    deployment: { pods: () => evidence().pods, fault: async () => undefined } as unknown as Deployment,
    load: {
      records: calls(1, { pod: "pod-1" }),
      waitFor: async (hasCome: (fresh: readonly CallRecord[]) => boolean) => {
        expect(hasCome(PODS.flatMap((pod) => calls(1, { pod, startMs: monotonicMs() + 1 })))).toBe(true);
      },
    } as unknown as LoadRun,
    abilities: evidence().abilities,
    signal: new AbortController().signal,
    pause: async (ms) => void pauses.push(ms),
    phase: (_, steps) => steps(),
  });
  return { pauses, load };
}

describe("outlier-detection", () => {
  it("is obeyed where calls fail at first alone, and all pods answer in the end", () => {
    expect(outcomeOf(outlierDetection, seen(5, 0))).toBe("obeyed");
  });

  it("is ignored where the pod's share of the calls goes on failing", () => {
    expect(outcomeOf(outlierDetection, seen(25, 35))).toBe("ignored");
    expect(outcomeOf(outlierDetection, seen(100, 140, 1, PINNED))).toBe("ignored");
  });

  it("differs where nothing failed, where a few calls still fail, and where the pod does not come back", () => {
    expect(outcomeOf(outlierDetection, seen(0, 0))).toBe("differs");
    expect(outcomeOf(outlierDetection, seen(25, 1))).toBe("differs");
    expect(outcomeOf(outlierDetection, seen(25, 0, 3))).toBe("differs");
    expect(outcomeOf(outlierDetection, evidence({ records: calls(100) }))).toBe("differs");
  });

  it("differs where so few calls were made that none failed by chance", () => {
    const trial = seen(5, 0, 3);
    const early = trial.records.filter(({ startMs }) => startMs < 2_000 || startMs >= 6_000);
    expect(outcomeOf(outlierDetection, { ...trial, records: [...early, ...calls(20, { startMs: 2_000 })] })).toBe(
      "differs",
    );
  });

  it("is never obeyed and ignored at once", () => {
    for (let late = 0; late <= 140; late += 1) {
      outcomeOf(outlierDetection, seen(25, late));
      outcomeOf(outlierDetection, seen(25, late, 1, PINNED));
    }
  });

  it.each([1_000, 5_000, 60_000])("looks while the pod is left out, for an ejection of %i ms", async (ejectionMs) => {
    const { pauses, load } = await courseOf(ejectionMs);
    const [failing = 0, without = 0] = pauses;
    expect(failing).toBeGreaterThan(2 * 0.1 * ejectionMs);
    expect(failing + without).toBeLessThan(ejectionMs);
    // So many calls that none of them failing by chance, though nobody left the pod out, is out of the question.
    expect(((load.rate ?? 0) * without) / 1_000).toBeCloseTo(300, 0);
  });

  it("makes the hop that is asked notice bad answers", () => {
    const [asked] = outlierDetection.onPath([CHANNEL], outlierDetection.parameters);
    expect(asked?.notice).toMatchObject({ crash: CHANNEL.notice.crash, badStatus: { by: "passive ejection" } });
  });
});
