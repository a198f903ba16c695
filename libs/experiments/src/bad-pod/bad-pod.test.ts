import type { Hop, Mode } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { settleRun } from "../knobs/settle-run.ts";
import { ObservationBuilder, observation, podName, resultOf } from "../testing/observation-builder.ts";
import { renamed } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { badPod } from "./bad-pod.ts";
import { AFTER, FAILING, WELL } from "./seen.ts";

const seen = (mode: string, asked = {}) => asExpected(badPod, observation(mode, badPod, asked));
const judged = (mode: string, asked = {}) =>
  badPod.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);

describe("the course of bad-pod", () => {
  it("makes the pod in use fail for three seconds, then waits until it answers", async () => {
    expect(await takeCourse(badPod, "watch")).toEqual([
      "phase well",
      "pause 1000",
      "note fail backend-5",
      'fault backend-5 {"errorCode":"UNAVAILABLE","errorShare":1}',
      "phase failing",
      "pause 3500",
      "fault backend-5 {}",
      "note recover backend-5",
      "phase after",
      "note answer backend-5",
      "pause 500",
    ]);
  });

  it("needs another pod", () => {
    const mode = renamed("watch");
    const settle = () =>
      settleRun({ mode, experiment: badPod, stage: STAGES.local, asked: { pods: 1 }, modes: [mode] });
    expect(settle).toThrow("bad-pod needs at least 2 pods: with 1, no other pod could answer");
  });
});

describe("a pod among five that fails at once", () => {
  it("fails one call in five of a rotation", () => {
    expect(judged("watch")).toEqual([
      ["none-before", "0 calls", "0 of 190 calls"],
      ["bad-pod-share", "118 to 122 calls", "120 of 600 calls"],
      ["none-after", "0 calls", "0 of 200 calls"],
      ["answers-again", ">= 1 call", "40 calls"],
    ]);
  });

  it("fails more than one call in five of least request, which likes it", () => {
    const liked = judged("headless", { policy: "least_request" }).find(([id]) => id === "bad-pod-liked");
    const [least = 0, most = 0] = (liked?.[1] ?? "").match(/\d+/g)?.map(Number) ?? [];
    expect(least).toBeGreaterThan(600 / 5);
    expect(most).toBeLessThan(0.45 * 600);
  });

  it("fails no more calls of peak EWMA than it is drawn for", () => {
    expect(judged("watch", { policy: "peak_ewma" })[1]).toEqual(["bad-pod-drawn", "<= 300 calls", "120 of 600 calls"]);
  });

  it("fails as many as there are where peak EWMA has two pods to draw, so that nothing is expected", () => {
    expect(judged("watch", { policy: "peak_ewma", pods: 2 }).map(([id]) => id)).toEqual([
      "none-before",
      "none-after",
      "answers-again",
    ]);
  });

  it("need not answer a client again that has got another pod by ageing", () => {
    expect(judged("plain", { maxAgeMs: 3_000 }).map(([id]) => id)).toEqual([
      "none-before",
      "bad-pod-shows",
      "none-after",
    ]);
  });

  it("fails a retried call only when every pick falls on it", () => {
    expect(judged("watch", { retry: "2" })[1]?.slice(0, 2)).toEqual(["few-unlucky-retries", "<= 52 calls"]);
    expect(judged("sidecar")[1]?.slice(0, 2)).toEqual(["few-unlucky-retries", "<= 2 calls"]);
    expect(judged("proxyless")[1]?.slice(0, 2)).toEqual(["few-unlucky-retries", "<= 19 calls"]);
  });

  it("is no failure to a proxy that heeds no status of gRPC's, retries or not", () => {
    for (const mode of ["haproxy", "envoy"]) expect(judged(mode, { proxyRetries: 2 })[1]?.[0]).toBe("bad-pod-share");
  });

  it("fails all calls of its clients where connections are balanced, and none of others", () => {
    expect(judged("plain", { clients: 4, retry: "3" }).slice(1, 3)).toEqual([
      ["all-of-its-clients-fail", "175 calls", "175 of 175 calls"],
      ["others-do-not-fail", "0 calls", "0 of 517 calls"],
    ]);
  });
});

describe("where the balancer leaves out who fails", () => {
  const ejects = (hop: Hop): Hop => ({
    ...hop,
    notice: {
      ...hop.notice,
      badStatus: {
        by: "passive ejection",
        window: { ms: 500, sum: "an interval" },
        ejection: { ms: 4_000, callsPerSecond: 10, pods: 4 },
      },
    },
  });
  const watch = renamed("watch");
  const mode: Mode = { ...watch, path: (settings) => watch.path(settings).map(ejects) };

  /** Calls that fall on the first pod fail until `noticedAtMs` and once more at `againAtMs`; it answers again at `backAtMs`. */
  const ejected = ({ noticedAtMs = 1_300, againAtMs = Number.NaN, backAtMs = 5_500 } = {}) => {
    const { knobs } = settleRun({ mode, experiment: badPod, stage: STAGES.local, asked: {}, modes: [mode] });
    return new ObservationBuilder(mode, knobs, "local")
      .step("fail", 1_000, { pod: podName(1) })
      .step("recover", 2_500, { pod: podName(1) })
      .phase(WELL, 0, 1_000)
      .phase(FAILING, 1_000, 2_500)
      .phase(AFTER, 2_500, 6_000)
      .calls({ toMs: 6_000, everyMs: 5 }, (atMs, turn) => {
        if (atMs === againAtMs) return undefined;
        if (turn % 5 !== 0) return podName(1 + (turn % 5));
        if (atMs < 1_000 || atMs >= backAtMs) return podName(1);
        return atMs < noticedAtMs ? undefined : podName(2);
      })
      .build();
  };
  const ids = (changes = {}) => badPod.expectations(ejected(changes)).map(({ id, ok }) => [id, ok]);
  const HELD = [
    ["none-before", true],
    ["bad-pod-shows", true],
    ["left-out", true],
    ["none-after", true],
    ["back-after-ejection", true],
  ];

  it("calls fail until it has noticed, and the pod is back when its ejection is over", () => {
    expect(ids()).toEqual(HELD);
  });

  it.each([
    ["bad-pod-shows", { noticedAtMs: 0 }],
    ["left-out", { noticedAtMs: 2_500 }],
    ["left-out", { againAtMs: 1_900 }],
    ["none-after", { againAtMs: 5_000 }],
    ["back-after-ejection", { backAtMs: 9_000 }],
  ])("%s does not hold when %j", (id, changes) => {
    expect(ids(changes)).toContainEqual([id, false]);
  });

  it("calls come as often as it needs, and fewer calls or pods are refused", () => {
    const settle = (asked: KnobOverrides) =>
      settleRun({ mode, experiment: badPod, stage: STAGES.local, asked, modes: [mode] });
    expect(settle({}).knobs.rate).toBe(200);
    expect(settle({ clients: 10 }).knobs.rate).toBe(500);
    expect(() => settle({ rate: 49 })).toThrow("bad-pod needs --rate 50 here: of fewer calls per second, too few fail");
    expect(() => settle({ pods: 3 })).toThrow("bad-pod needs at least 4 pods here: of fewer, none is left out");
  });

  it("the course lasts until it has noticed, and a second longer", () => {
    const { seconds } = settleRun({ mode, experiment: badPod, stage: STAGES.local, asked: {}, modes: [mode] });
    expect(seconds).toBe(2.5 + 1 + 2 + 4 + 0.5);
  });
});

it("shows what part of the calls failed, and how long the pod waited", () => {
  const { figures } = resultOf("watch", badPod, seen("watch"));
  expect(figures.map(({ id, values }) => [id, values])).toEqual([
    ["failed-part", [0.2]],
    ["back-after", [null]],
  ]);
  expect(badPod.summary(seen("watch"))).toBe("120 of 600 calls failed while one pod answered UNAVAILABLE.");
});
