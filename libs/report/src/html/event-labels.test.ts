import { describe, expect, it } from "vitest";
import { demoRun } from "../testing/demo-result.ts";
import { eventLabels, shortPodName } from "./event-labels.ts";

const run = demoRun("headless", "scale-up");
const texts = (events: typeof run.events, phases: typeof run.phases = []) =>
  eventLabels({ ...run, events, phases }, [0, 10_000]).labels.map(({ text }) => text);

describe("event labels", () => {
  it("merge what happens to several pods at about the same time", () => {
    expect(texts(run.events)).toEqual(["scale 4 to 6 pods", "ready 5, 6"]);
  });

  it("leave out what lies outside the chart and mark where phases begin", () => {
    const events = [
      { atMs: -5, kind: "pod-ready", pod: "backend-1" },
      { atMs: 5000, kind: "pod-gone", pod: "backend-1" },
      { atMs: 10_001, kind: "pod-gone", pod: "backend-2" },
    ];
    expect(texts(events, [{ name: "slow", fromMs: 7000, toMs: 10_000, failed: 0 }])).toEqual(["gone 1", "phase slow"]);
  });

  it("count the events that found no room", () => {
    const events = Array.from({ length: 9 }, (_, i) => ({ atMs: 5000, kind: `kind-${i}` }));
    const { placed, unlabelled } = eventLabels({ ...run, events }, [0, 10_000]);
    expect([placed.length, unlabelled]).toEqual([6, 3]);
  });
});

it("labels the beginning of a phase before anything else", () => {
  const events = Array.from({ length: 9 }, (_, i) => ({ atMs: 5000, kind: `kind-${i}` }));
  const phases = [{ name: "slow", fromMs: 5000, toMs: 10_000, failed: 0 }];
  const { placed } = eventLabels({ ...run, events, phases }, [0, 10_000]);
  expect(placed.map(({ label }) => label.text)).toContain("phase slow");
});

describe("short pod names", () => {
  const shorten = (...names: string[]) =>
    names.map(shortPodName({ ...run, pods: names.map((pod) => ({ pod, zone: "", version: "", calls: 0 })) }));

  it.each([
    [
      ["backend-1", "backend-12"],
      ["1", "12"],
    ],
    [
      ["backend-7f9c-abc", "backend-7f9c-xyz"],
      ["abc", "xyz"],
    ],
    [
      ["backend-old-a", "backend-new-b"],
      ["old-a", "new-b"],
    ],
    [
      ["alpha", "beta"],
      ["alpha", "beta"],
    ],
    [
      ["a-", "a-b"],
      ["a-", "a-b"],
    ],
  ])("turn %j into %j", (names, short) => {
    expect(shorten(...names)).toEqual(short);
  });
});
