import { describe, expect, it } from "vitest";
import { CallStats } from "./call-stats.ts";
import { finishedCall } from "./testing/finished-call.ts";

function start(options: ConstructorParameters<typeof CallStats>[0] = {}) {
  const clock = { ms: 1_000_000 };
  const stats = new CallStats({ now: () => clock.ms, random: () => 0.5, ...options });
  return { clock, stats };
}

describe("call statistics", () => {
  it("are empty at first", () => {
    const { stats } = start();
    expect(stats.snapshot()).toMatchObject({ answered: 0, failed: 0, pods: [], sinceStartMs: 0, windowMs: 0 });
  });

  it("count every call in total and per pod, since the start and in the last 10 s", () => {
    const { stats, clock } = start();
    for (let i = 0; i < 30; i++) stats.record(finishedCall({ pod: `backend-${(i % 3) + 1}` }));
    clock.ms += 15_000;
    for (let i = 0; i < 4; i++) stats.record(finishedCall({ pod: "backend-2" }));
    const { answered, window, pods } = stats.snapshot();
    expect([answered, window.answered]).toEqual([34, 4]);
    expect(pods.map((pod) => [pod.pod, pod.answered, pod.window.answered, pod.silentMs])).toEqual([
      ["backend-1", 10, 0, 15_000],
      ["backend-2", 14, 4, 0],
      ["backend-3", 10, 0, 15_000],
    ]);
  });

  it("list pods in the order of their numbers", () => {
    const { stats } = start();
    for (const pod of ["backend-10", "backend-2", "backend-1"]) stats.record(finishedCall({ pod }));
    expect(stats.snapshot().pods.map(({ pod }) => pod)).toEqual(["backend-1", "backend-2", "backend-10"]);
  });

  it("count failed calls by code, for a pod only where it is known", () => {
    const { stats, clock } = start();
    stats.record(finishedCall({ code: 4, pod: undefined }));
    clock.ms += 11_000;
    stats.record(finishedCall({ code: 14, pod: "backend-1" }));
    const { failed, errors, windowErrors, pods } = stats.snapshot();
    expect([failed, [...errors], [...windowErrors]]).toEqual([
      2,
      [
        [4, 1],
        [14, 1],
      ],
      [[14, 1]],
    ]);
    expect(pods).toMatchObject([{ pod: "backend-1", answered: 0, failed: 1 }]);
  });

  it("keep each pod's own percentiles", () => {
    const { stats } = start();
    stats.record(finishedCall({ pod: "backend-1", latencyMs: 1 }));
    stats.record(finishedCall({ pod: "backend-2", latencyMs: 200 }));
    const [quick, slow] = stats.snapshot().pods;
    expect(quick?.window.latencyMs?.p99).toBeCloseTo(1, 1);
    expect(Math.round((slow?.window.latencyMs?.p50 ?? 0) / 10)).toBe(20);
  });

  it("follow the latency second by second, with gaps where no call was", () => {
    const { stats, clock } = start();
    stats.record(finishedCall({ latencyMs: 10 }));
    clock.ms += 25_000;
    stats.record(finishedCall({ latencyMs: 40 }));
    clock.ms += 1_000;
    const { trend } = stats.snapshot();
    expect(trend).toHaveLength(60);
    expect(trend.slice(-26).map((point) => Math.round(point?.p50 ?? 0))).toEqual([10, ...Array(24).fill(0), 40]);
  });

  it("keep a bounded sample with the shares of the whole, and start anew when it is taken", () => {
    let seed = 0;
    const random = () => (seed = (seed + 0.618_033_988_75) % 1);
    const { stats } = start({ mostSamples: 40, random });
    for (let i = 0; i < 4_000; i++) stats.record(finishedCall({ pod: `backend-${(i % 4) + 1}` }));
    const sample = stats.takeSamples();
    expect(sample).toHaveLength(40);
    expect(new Set(sample.map(({ pod }) => pod)).size).toBe(4);
    expect(stats.takeSamples()).toEqual([]);
  });

  it("forget the pod that was silent for longest when there are too many, and keep its calls in the total", () => {
    const { stats, clock } = start({ mostPods: 2 });
    for (const pod of ["a", "b", "a", "c"]) {
      stats.record(finishedCall({ pod }));
      clock.ms += 1;
    }
    expect(stats.snapshot().pods.map(({ pod }) => pod)).toEqual(["a", "c"]);
    expect(stats.snapshot().answered).toBe(4);
  });

  it("count 50,000 calls", () => {
    const stats = new CallStats();
    for (let i = 0; i < 50_000; i++) stats.record(finishedCall({ pod: `backend-${i % 12}`, latencyMs: i % 50 }));
    expect(stats.snapshot().answered).toBe(50_000);
  });
});
