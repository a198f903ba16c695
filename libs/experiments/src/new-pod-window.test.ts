import { expect, it } from "vitest";
import type { KnobOverrides } from "./knobs/knobs.ts";
import { newPodWindow } from "./new-pod-window.ts";
import { scaleUp } from "./scale-up/scale-up.ts";
import { observation } from "./testing/observation-builder.ts";
import type { ModeKey } from "./testing/renamed-modes.ts";

const windowUnder = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  newPodWindow(observation(mode, scaleUp, overrides).build().path);

it.each<[ModeKey, KnobOverrides, ReturnType<typeof newPodWindow>]>([
  ["plain", {}, undefined],
  ["plain", { maxAgeMs: 3_000 }, undefined],
  ["headless", { maxAgeMs: 0 }, undefined],
  ["headless", {}, { ms: 1.1 * 3_000 + 2_000, sum: "1.1 x connection age + resolution interval + DNS TTL" }],
  [
    "headless",
    { maxAgeMs: 10_000, dnsMinIntervalMs: 500, timings: { dnsTtlMs: 0 } },
    expect.objectContaining({ ms: 11_500 }),
  ],
  ["watch", {}, { ms: 1_000, sum: "a push" }],
  ["envoy", {}, { ms: 3_000, sum: "DNS refresh + DNS TTL + 1 s" }],
  ["sidecar", {}, { ms: 1_000, sum: "a push" }],
  ["proxyless", {}, { ms: 1_000, sum: "a push" }],
])("is, under %s with %j, as the table says", (mode, overrides, window) => {
  expect(windowUnder(mode, overrides)).toEqual(window);
});

it("is longer in a cluster where it is a push", () => {
  expect(newPodWindow(observation("watch", scaleUp, {}, "kubernetes").build().path)).toMatchObject({ ms: 5_000 });
});
