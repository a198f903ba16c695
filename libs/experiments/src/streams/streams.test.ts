import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { settleRun } from "../knobs/settle-run.ts";
import { observation, podName, resultOf, UNAVAILABLE } from "../testing/observation-builder.ts";
import { type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { streams } from "./streams.ts";
import { certainStreams } from "./streams-expectations.ts";

const seen = (mode: ModeKey, asked: KnobOverrides = {}) => asExpected(streams, observation(mode, streams, asked));
const judged = (mode: ModeKey, asked: KnobOverrides = {}) =>
  streams.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);
const ids = (mode: ModeKey, asked: KnobOverrides = {}) => judged(mode, asked).map(([id]) => id);
const settled = (asked: KnobOverrides) => {
  const mode = renamed("watch");
  return settleRun({ mode, experiment: streams, stage: STAGES.local, asked, modes: [mode] });
};

describe("the course of streams", () => {
  it("adds two pods, opens streams that may go to them, and crashes the pod of the oldest", async () => {
    expect(await takeCourse(streams, "watch")).toEqual([
      "phase settled",
      "pause 2000",
      "note scale 4 to 6 pods",
      "scale 6",
      "pause 1000",
      "phase scaled",
      "phase crash",
      `note crash ${podName(1)}`,
      `crash ${podName(1)}`,
      "pause 500",
    ]);
  });

  it("takes as long as it is told to, and opens as many streams meanwhile", () => {
    expect(settled({}).knobs).toMatchObject({ streamMs: 10_000, rate: 10 });
    expect(settled({ streamMs: 200_000 }).knobs).toMatchObject({ streamMs: 200_000, rate: 0.5 });
    expect(settled({ streamMs: 200_000 }).seconds).toBeGreaterThan(10 * settled({}).seconds);
  });

  it("refuses a single pod and a closed loop, with the remedy", () => {
    expect(() => settled({ pods: 1 })).toThrow("streams needs at least 2 pods: with 1,");
    expect(() => settled({ inFlight: 5 })).toThrow("give --rate in the place of --in-flight");
  });

  it("opens so many streams that by lot one goes to an added pod, all but certainly", () => {
    for (const pods of [2, 4, 10, 50]) {
      const none = (pods / (pods + 2)) ** certainStreams(pods);
      expect(none).toBeLessThan(1 / 3_000_000);
      expect(none).toBeGreaterThan(1 / 30_000_000);
    }
  });
});

describe("long streams", () => {
  it("stay, spread when they are new, and end with their pod where streams are balanced", () => {
    expect(judged("watch")).toEqual([
      ["none-before", "0 streams", "0 of 80 streams"],
      ["streams-stay", "14 streams", "14 of 14 streams"],
      ["new-streams-spread", ">= 1 stream", "20 of 58 streams"],
      ["streams-of-pod-fail", "11 streams", "11 of 11 streams"],
      ["others-live", "47 streams", "47 of 47 streams"],
      ["others-go-on", "47 streams", "47 of 47 streams"],
      ["others-lose-nothing", "0 messages", "0 of 152 messages"],
      ["client-streams-elsewhere", "18 streams", "18 of 18 streams"],
    ]);
  });

  it("are all on one pod where connections are balanced, new ones as well", () => {
    expect(judged("plain")).toEqual([
      ["none-before", "0 streams", "0 of 80 streams"],
      ["streams-stay", "14 streams", "14 of 14 streams"],
      ["new-streams-stay", "44 streams", "44 of 44 streams"],
      ["streams-of-pod-fail", "80 streams", "80 of 80 streams"],
    ]);
    expect(ids("plain", { clients: 3 })).toContain("others-live");
  });

  it("do not fail alone because calls are retried: a client stream may be repeated, and is not judged", () => {
    expect(ids("watch", { retry: "2" })).not.toContain("client-streams-elsewhere");
    expect(ids("watch", { retry: "2" })).toContain("streams-of-pod-fail");
    expect(judged("plain", { retry: "2" }).at(-1)?.slice(0, 2)).toEqual(["streams-of-pod-fail", "58 streams"]);
  });

  it("outlive the GOAWAY of their connections where no grace is set", () => {
    expect(judged("headless").find(([id]) => id === "streams-outlive-goaway")?.[1]).toBe("30 streams");
    expect(ids("watch")).not.toContain("streams-outlive-goaway");
    expect(ids("watch", { maxAgeMs: 60_000 })).not.toContain("streams-outlive-goaway");
  });
});

describe("streams whose connections have a grace", () => {
  const asked = { maxAgeMs: 1_000, maxAgeGraceMs: 2_000 };
  /** Streams that were opened in the first second end after so long, and fail. */
  const ended = (latencyMs: number) => {
    const observed = seen("watch", asked);
    const untilMs = observed.beganAtMs + 1_000;
    const isOld = (startMs: number) => startMs < untilMs;
    const records = observed.records.map((record) =>
      isOld(record.startMs) ? { ...record, latencyMs, code: UNAVAILABLE } : record,
    );
    const old = new Set(records.filter(({ startMs }) => isOld(startMs)).map(({ stream }) => stream));
    const messages = observed.messages.filter(({ stream, message }) => !old.has(stream) || message === 0);
    return Object.fromEntries(streams.expectations({ ...observed, records, messages }).map(({ id, ok }) => [id, ok]));
  };

  it("end with them, which is no other failure", () => {
    expect(ended(2_500)).toMatchObject({ "none-before": true, "streams-stay": true, "others-live": true });
  });

  it("may not outlast age and grace", () => {
    const observed = seen("watch", asked);
    const judgement = streams.expectations(observed).find(({ id }) => id === "grace-ends-streams");
    expect(judgement).toMatchObject({ ok: false });
    const records = observed.records.map((record) => ({ ...record, latencyMs: 4_000, code: UNAVAILABLE }));
    const within = streams.expectations({ ...observed, records }).find(({ id }) => id === "grace-ends-streams");
    expect(within).toMatchObject({ ok: true, bound: judgement?.bound });
  });

  it("cost more where the end of a connection counts against its pod, so that nothing is expected of new ones", () => {
    expect(ids("nginx", asked)).toEqual(["streams-stay", "grace-ends-streams"]);
    expect(ids("nginx", { maxAgeMs: 1_000 })).toContain("streams-of-pod-fail");
  });

  it("may not fail before the grace is over", () => {
    const observed = seen("watch", { ...asked, maxAgeMs: 60_000 });
    const records = observed.records.map((record) => ({ ...record, latencyMs: 1_500, code: UNAVAILABLE }));
    const before = streams.expectations({ ...observed, records }).find(({ id }) => id === "none-before");
    expect(before).toMatchObject({ ok: false });
  });
});

describe("what a result shows of streams", () => {
  it("is where they were, what was lost, and the longest gap of those that ended well", () => {
    const result = resultOf("watch", streams, seen("watch"));
    expect(result.ofStreams).toMatchObject({ messages: 177, lost: 0 });
    expect(Object.values(result.ofStreams?.byPod ?? {})).toHaveLength(6);
    expect(result.figures.map(({ id }) => id)).toEqual([
      "streams-even",
      "streams-failed",
      "messages-lost",
      "longest-gap",
    ]);
    expect(result.latencyMs.max).toBeLessThan(10); // Of messages, not of streams.
    expect(result.calls).toMatchObject({ total: 80 });
  });

  it("is a sentence", () => {
    expect(streams.summary(seen("watch"))).toMatch(
      /^11 streams and 0 messages were lost with a pod, and 47 on others went on; /,
    );
    expect(streams.summary({ ...seen("watch"), steps: [] })).toBe("No pod crashed.");
  });
});
