import type { CallRecord } from "@grpc-lb-lab/measure";
import type { Mode, RequestLimit } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { settleRun } from "../knobs/settle-run.ts";
import type { Observation } from "../observation.ts";
import {
  DEADLINE_EXCEEDED,
  ObservationBuilder,
  observation,
  podName,
  resultOf,
  UNAVAILABLE,
} from "../testing/observation-builder.ts";
import { renamed } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { overload } from "./overload.ts";
import { AFTER, FACTORS, REST, stepName } from "./steps.ts";

const seen = (mode: string, asked: KnobOverrides = {}) => asExpected(overload, observation(mode, overload, asked));
const judged = (mode: string, asked: KnobOverrides = {}) =>
  overload.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);

describe("the course of overload", () => {
  it("asks for half of what pods can do, then for more and more of it, then for half again", async () => {
    expect(await takeCourse(overload, "watch")).toEqual([
      "phase 0.5 times",
      "pause 3000",
      "note rate 200 calls a second",
      "rate 200",
      "phase 1 times",
      "pause 3000",
      "note rate 300 calls a second",
      "rate 300",
      "phase 1.5 times",
      "pause 3000",
      "note rate 400 calls a second",
      "rate 400",
      "phase 2 times",
      "pause 3000",
      "note rate 100 calls a second",
      "rate 100",
      "phase after",
      "pause 4040",
    ]);
  });

  it("follows what the pods can do, and how long their clients wait", async () => {
    const asked = { pods: 2, workMs: 100, workAtOnce: 3, deadlineMs: 1_000 };
    const log = await takeCourse(overload, "watch", asked);
    expect(log.filter((line) => line.startsWith("rate"))).toEqual(["rate 60", "rate 90", "rate 120", "rate 30"]);
    expect(log).toContain("pause 6000");
  });
});

describe("the knobs of overload", () => {
  const mode = renamed("watch");
  const settle = (asked: KnobOverrides) =>
    settleRun({ mode, experiment: overload, stage: STAGES.local, asked, modes: [mode] }).knobs;

  it("begin with half of what the pods can do, and a deadline that no call exceeds by chance", () => {
    expect(settle({})).toMatchObject({ pods: 4, workMs: 40, workAtOnce: 2, deadlineMs: 500, rate: 100 });
    expect(settle({ workAtOnce: 1, pods: 3 })).toMatchObject({ deadlineMs: 680, rate: 37.5 });
    expect(settle({ workMs: 100 })).toMatchObject({ deadlineMs: 900, rate: 40 });
  });

  it.each<[KnobOverrides, string]>([
    [{ rate: 100 }, "leave --rate out; --pods, --work and --work-at-once change it"],
    [{ inFlight: 10 }, "leave --in-flight out"],
    [{ workMs: 0 }, "overload needs --work of 1 ms at least"],
    [{ workAtOnce: 0 }, "overload needs --work-at-once 1 at least"],
    [{ deadlineMs: 300 }, "overload needs --deadline 360ms here"],
    [{ workMs: 1, workAtOnce: 20 }, "overload would make 160000 calls a second here, and a load makes 20000 at most"],
    [{ deadlineMs: 30_000 }, "overload would take 754 s here, and a load ends after 600 s"],
  ])("refuse %j", (asked, why) => {
    expect(() => settle(asked)).toThrow(why);
  });
});

describe("where nobody limits what is under way", () => {
  it("calls wait in a line until most time out, and soon after the overload all are answered", () => {
    expect(judged("watch")).toEqual([
      ["none-at-half", "0 calls", "0 of 300 calls"],
      ["no-more-than-pods-can", "<= 608 calls", "592 calls"],
      ["overload-shows", ">= 1 call", expect.stringMatching(/^\d{4} calls$/)],
      ["failures-wait", ">= 250 ms at the median", "502 ms"],
      ["recovered", "0 calls", "0 of 150 calls"],
    ]);
  });

  it("the pod of a connection is overloaded sooner, and for as long as its clients ask for more than it can do", () => {
    expect(judged("plain").map(([id]) => id)).toEqual(["no-more-than-pods-can", "overload-shows", "failures-wait"]);
    expect(judged("plain")[0]?.[1]).toBe("<= 152 calls");
    // Each of three clients has a pod of its own, with two thirds of what it can do.
    expect(judged("plain", { clients: 3 }).map(([id]) => id)).toContain("none-at-half");
  });

  it("nothing is expected at rest where clients may come to one pod by ageing, or make several attempts at once", () => {
    for (const [mode, asked] of [
      ["plain", { clients: 3, maxAgeMs: 3_000 }],
      ["watch", { retry: "hedge:3" }],
    ] as const) {
      expect(judged(mode, asked).map(([id]) => id)).toEqual([
        "no-more-than-pods-can",
        "overload-shows",
        "failures-wait",
      ]);
    }
  });

  it("as many calls may fail at rest as are answered late by a busy machine, and as really came of what was meant to", () => {
    const stalled = changed(seen("watch"), ({ startMs }, began) => {
      const atMs = startMs - began;
      if (atMs < 1_000 || atMs >= 1_100) return {};
      return atMs < 1_040 ? { latencyMs: 502, code: DEADLINE_EXCEEDED } : { latencyMs: 300 };
    });
    expect(overload.expectations(stalled)[0]).toMatchObject({
      bound: "<= 6 calls",
      measured: "4 of 300 calls",
      ok: true,
    });
    // All of a client that is far behind come at twice the rate, when it is over.
    const behind = changed(seen("watch"), ({ startMs, latencyMs }, began) => {
      const lagMs = startMs - began < 3_000 ? Math.max(0, 1_500 - (startMs - began) / 2) : 0;
      return { lagMs, latencyMs: latencyMs + lagMs };
    });
    expect(overload.expectations(behind).map(({ id }) => id)).toContain("none-at-half");
  });
});

describe("where a hop limits what is under way", () => {
  const limited = (limit: RequestLimit): Mode => {
    const envoy = renamed("envoy");
    const path: Mode["path"] = (settings) =>
      envoy.path(settings).map((hop, i, all) => (i === all.length - 1 ? { ...hop, requestsAtMost: limit } : hop));
    return { ...envoy, path };
  };
  const TEN: RequestLimit = { calls: 10, of: "all pods" };

  interface Seen {
    readonly limit?: RequestLimit;
    readonly asked?: KnobOverrides;
    /** Of the calls of an overloaded step, one in so many is answered. Default 2. */
    readonly answeredOneIn?: number;
    readonly answeredMs?: number;
    readonly refusedMs?: number;
  }

  /** The steps of a run in which the others of an overload are refused. */
  function refusing({ limit = TEN, asked = {}, answeredOneIn = 2, answeredMs = 60, refusedMs = 2 }: Seen = {}) {
    const mode = limited(limit);
    const { knobs } = settleRun({ mode, experiment: overload, stage: STAGES.local, asked, modes: [mode] });
    const builder = new ObservationBuilder(mode, knobs, "local");
    [...FACTORS.map((factor) => [stepName(factor), factor] as const), [AFTER, REST] as const].forEach(
      ([name, factor], n) => {
        const [fromMs, toMs] = [n * 3_000, (n + 1) * 3_000 + (name === AFTER ? 1_040 : 0)];
        builder.phase(name, fromMs, toMs);
        const latencyMs = (pod: string | undefined) => (pod === undefined ? refusedMs : factor > 1 ? answeredMs : 45);
        builder.calls({ fromMs, toMs, everyMs: 5 / factor, latencyMs, failWith: UNAVAILABLE }, (_, turn) =>
          factor > 1 && turn % answeredOneIn !== 0 ? undefined : podName(1 + (turn % 4)),
        );
      },
    );
    return builder.build();
  }
  const outcome = (what: Seen = {}) => overload.expectations(refusing(what)).map(({ id, ok }) => [id, ok]);

  it("calls are refused at once, others are quick, and as many are answered as pods can do by half at least", () => {
    expect(overload.expectations(refusing()).map(({ id, bound, measured }) => [id, bound, measured])).toEqual([
      ["none-at-half", "0 calls", "0 of 300 calls"],
      ["no-more-than-pods-can", "<= 608 calls", "592 calls"],
      ["overload-shows", ">= 1 call", "1050 calls"],
      ["refused-at-once", "<= 125 ms", "2 ms"],
      ["answered-quickly", "<= 325 ms", "60 ms"],
      ["goodput-stays", ">= 89 calls a second", "147 calls a second"],
      ["few-time-out", "<= 210 calls", "0 of 2100 calls"],
      ["recovered", "0 calls", "0 of 150 calls"],
    ]);
  });

  it.each<[string, Seen]>([
    ["refused-at-once", { refusedMs: 200 }],
    ["answered-quickly", { answeredMs: 400 }],
    ["goodput-stays", { answeredOneIn: 10 }],
    ["few-time-out", { refusedMs: 502 }],
  ])("%s does not hold when %j", (id, what) => {
    expect(outcome(what)).toContainEqual([id, false]);
  });

  it("nothing of that is expected where calls wait for long all the same, or where a call that is refused is tried again", () => {
    for (const what of [{ limit: { calls: 20, of: "each pod" } }, { asked: { retry: "3" } }] as const)
      expect(outcome(what).map(([id]) => id)).toEqual([
        "none-at-half",
        "no-more-than-pods-can",
        "overload-shows",
        "recovered",
      ]);
  });

  it("it may refuse calls at rest that a client which was behind begins at once, and no others", () => {
    const refusedAt = (which: (atMs: number) => boolean, lagMs: (atMs: number) => number) =>
      changed(refusing(), ({ startMs, latencyMs }, began) => {
        const atMs = startMs - began;
        const behindMs = lagMs(atMs);
        return {
          lagMs: behindMs,
          latencyMs: latencyMs + behindMs,
          ...(which(atMs) ? { code: UNAVAILABLE, pod: undefined, latencyMs: 2 + behindMs } : {}),
        };
      });
    const burst = refusedAt(
      (atMs) => atMs >= 1_150 && atMs < 1_200,
      (atMs) => (atMs >= 1_000 && atMs < 1_200 ? 1_200 - atMs : 0),
    );
    expect(overload.expectations(burst)[0]).toMatchObject({
      bound: "<= 5 calls",
      measured: "5 of 300 calls",
      ok: true,
    });
    const alone = refusedAt(
      (atMs) => atMs === 1_150,
      () => 0,
    );
    expect(overload.expectations(alone)[0]).toMatchObject({ id: "none-at-half", bound: "0 calls", ok: false });
  });
});

/** `seen` with some of each record, which began so long after the load, otherwise. */
function changed(
  { records, ...others }: Observation,
  change: (record: CallRecord, beganAtMs: number) => Partial<CallRecord>,
): Observation {
  return { ...others, records: records.map((record) => ({ ...record, ...change(record, others.beganAtMs) })) };
}

describe("the figures of overload", () => {
  it("are goodput, what was refused, what timed out, and the latency of the rest, by what was asked", () => {
    const { figures, curves } = resultOf("watch", overload, seen("watch"));
    const values = Object.fromEntries(figures.map((figure) => [figure.id, figure.values]));
    expect(values.goodput).toEqual([expect.closeTo(1, 1), expect.closeTo(0.1, 1)]);
    expect(values.refused).toEqual([0]);
    expect(values["timed-out"]).toEqual([expect.closeTo(0.97, 1)]);
    expect(values["answered-p95"]).toEqual([expect.closeTo(43, 0)]);
    expect(curves?.map(({ id, points }) => [id, points.map(({ x }) => x)])).toEqual(
      ["goodput", "refused", "timed-out"].map((id) => [id, [0.5, 1, 1.5, 2]]),
    );
  });

  it("are none where nothing was measured", () => {
    const nothing = { ...seen("watch"), records: [] };
    const { figures } = resultOf("watch", overload, nothing);
    expect(figures.find(({ id }) => id === "timed-out")?.values).toEqual([null]);
    expect(overload.summary({ ...nothing, phases: [] })).toBe("The run ended before the overload.");
  });

  it("are told in a sentence", () => {
    expect(overload.summary(seen("watch"))).toMatch(
      /^Asked for twice what pods can do, they did \d+ % of it; 9\d % of the calls timed out and 0 % were refused at once; none failed afterwards\.$/,
    );
  });
});
