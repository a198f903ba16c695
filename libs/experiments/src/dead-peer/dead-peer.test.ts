import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { observation } from "../testing/observation-builder.ts";
import type { ModeKey } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { deadPeer } from "./dead-peer.ts";
import { isToldByPolls, noticeWindow } from "./notice-window.ts";

const unbuilt = (mode: ModeKey, overrides: KnobOverrides = {}) => observation(mode, deadPeer, overrides, "containers");
const seenUnder = (mode: ModeKey, overrides: KnobOverrides = {}) => asExpected(deadPeer, unbuilt(mode, overrides));
const told = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  Object.fromEntries(
    deadPeer.expectations(seenUnder(mode, overrides)).map((one) => [one.id, `${one.measured} (${one.bound})`]),
  );

describe("dead-peer", () => {
  it("is over for a client that pings once its ping was left unanswered", () => {
    expect(told("watch")).toEqual({
      "none-before": "0 of 100 calls (0 calls)",
      "vanished-pod-is-silent": "0 of 595 calls (0 calls)",
      "silence-shows": "123 calls (>= 1 call)",
      "last-failure": "4830 ms (<= 5000 ms)",
      "others-answer": "94 calls (>= 1 call)",
      "share-of-dead-pod": "123 of 600 calls (<= 203 calls)",
    });
  });

  it("costs under plain every call until the client gives its connection up", () => {
    const figures = told("plain");
    expect(figures["connection-given-up"]).toBe("4853 ms (<= 5000 ms)");
    expect(figures).not.toHaveProperty("share-of-dead-pod");
  });

  it.each<[ModeKey, KnobOverrides]>([
    ["plain", { keepaliveMs: 0 }],
    ["headless", { keepaliveMs: 0 }],
    ["sidecar", {}],
    ["proxyless", { keepaliveMs: 0 }],
  ])("goes on under %s with %j to the end of the watch", (mode, overrides) => {
    expect(Object.keys(told(mode, overrides))).toContain("still-failing");
  });
});

describe("how long calls may go to a pod that has vanished", () => {
  it.each<[ModeKey, KnobOverrides, number | undefined]>([
    ["plain", {}, 5_000],
    ["headless", {}, 5_000],
    ["headless", { keepaliveMs: 0 }, undefined],
    ["headless", { keepaliveMs: 0, maxAgeMs: 3_000 }, 1.1 * 3_000 + 1_000],
    ["watch", { keepaliveMs: 30_000 }, 30_000 + 20_000 + 1_000],
    ["watch", { keepaliveMs: 0 }, undefined],
    ["envoy", {}, 2_000],
    ["envoy", { keepaliveMs: 0 }, 2_000],
    // Its connect timeout.
    ["nginx", {}, 1_500],
    // Calls that are taken back before that timeout tell it nothing; DNS does, and static nothing at all.
    ["nginx", { deadlineMs: 500 }, 3_000],
    ["nginx", { deadlineMs: 500, proxyVariant: "static" }, undefined],
    ["haproxy", { keepaliveMs: 0 }, 5_000],
    ["sidecar", {}, undefined],
    ["proxyless", { keepaliveMs: 500 }, 2_000],
  ])("is, under %s with %j, %s ms", (mode, overrides, ms) => {
    expect(noticeWindow(unbuilt(mode, overrides).build())?.ms).toBe(ms);
  });

  it("is that of its checks where a proxy makes some, but DNS may tell of it before a call has failed", () => {
    const figures = told("haproxy");
    expect(figures["last-failure"]).toContain("<= 5000 ms");
    expect(figures).not.toHaveProperty("silence-shows");
    const elsewhere = { ...unbuilt("haproxy").build(), abilities: STAGES.kubernetes.abilities };
    expect(noticeWindow(elsewhere)?.ms).toBe(5_000);
    expect(isToldByPolls(elsewhere)).toBe(false);
  });

  it("is not known under envoy where DNS is not the engine's", () => {
    expect(noticeWindow({ ...unbuilt("envoy").build(), abilities: STAGES.kubernetes.abilities })).toBeUndefined();
  });
});

describe("the course of dead-peer", () => {
  it("cuts off the pod in use, and looks until its silence must have been noticed", async () => {
    expect(await takeCourse(deadPeer, "watch", {}, "containers")).toEqual([
      "pause 1000",
      "note drop backend-4",
      'fault backend-4 {"packets":"dropped"}',
      "phase dropped",
      "pause 5000",
      "pause 1000",
    ]);
  });

  it("looks for a while where nobody can notice", async () => {
    expect(await takeCourse(deadPeer, "watch", { keepaliveMs: 0 }, "containers")).toContain("pause 12000");
  });

  it("refuses a single pod, with the remedy", () => {
    expect(() => observation("watch", deadPeer, { pods: 1 }, "containers")).toThrow("dead-peer needs at least 2 pods");
  });
});

describe("the sentence of dead-peer", () => {
  it.each<[ModeKey, KnobOverrides, string]>([
    ["watch", {}, "Calls failed until 4.8 s after a pod vanished: 123 of 600 calls."],
    ["watch", { keepaliveMs: 0 }, "Calls still failed 11.9 s after a pod vanished: 300 of 1200 calls."],
  ])("under %s with %j", (mode, overrides, sentence) => {
    expect(deadPeer.summary(seenUnder(mode, overrides))).toBe(sentence);
  });

  it("tells when no call failed", () => {
    const seen = seenUnder("watch");
    const records = seen.records.map((record) => ({ ...record, code: 0 }));
    expect(deadPeer.summary({ ...seen, records })).toBe("None of 600 calls failed after a pod vanished.");
  });
});
