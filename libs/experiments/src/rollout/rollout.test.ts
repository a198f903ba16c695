import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { observation, UNAVAILABLE } from "../testing/observation-builder.ts";
import type { ModeKey } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { takeCourse } from "../testing/take-course.ts";
import { rollout } from "./rollout.ts";

const seenUnder = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  asExpected(rollout, observation(mode, rollout, overrides));
const told = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  Object.fromEntries(
    rollout.expectations(seenUnder(mode, overrides)).map((one) => [one.id, `${one.measured} (${one.bound})`]),
  );

describe("rollout", () => {
  it.each(["plain", "watch", "envoy", "sidecar", "proxyless"] as const)(
    "costs nothing under %s with drain and retries",
    (mode) => {
      expect(told(mode)).toEqual({
        "all-replaced":
          "4 pods gone, the last answer from a pod that stays (4 pods gone, the last answer from a pod that stays)",
        "no-failed-calls": "0 of 300 calls (0 calls)",
      });
    },
  );

  it("costs calls under headless when it is quick, and nothing when it is slow", () => {
    expect(told("headless")).toEqual({
      "all-replaced":
        "8 pods gone, the last answer from a pod that stays (8 pods gone, the last answer from a pod that stays)",
      "quick-rollout-fails": "225 calls (>= 1 call)",
      "quick-gap": "4500 ms (<= 18000 ms)",
      "slow-rollout-safe": "0 of 1250 calls (0 calls)",
    });
  });

  it("is not quick where DNS is quicker: then only the gap counts", () => {
    const quickDns = { dnsMinIntervalMs: 100, timings: { dnsTtlMs: 100 } };
    expect(Object.keys(told("headless", quickDns))).toEqual(["all-replaced", "quick-gap", "slow-rollout-safe"]);
  });

  // In the scenario the client starts 700 ms before the load, the first pod is gone 2,300 ms into it, the last 900 ms later: at 3,000 and 3,900 ms.
  it.each([
    ["a TTL longer than the interval, so that the news come with the third question", 2_500, 3_100, true],
    ["the third question a second after the last pod, which retries bridge", 2_450, 3_100, false],
    ["a TTL that outlives the third question", 1_600, 4_901, true],
    ["a TTL that ends before the first drop", 2_500, 2_999, false],
    ["a TTL no longer than the interval, so that the second question brings the news", 4_901, 4_901, true],
    ["the second question a second after the last pod", 4_900, 4_900, false],
  ])(
    "must cost calls when all are gone before DNS can tell of a new pod: %s",
    (_, dnsMinIntervalMs, dnsTtlMs, must) => {
      expect("quick-rollout-fails" in told("headless", { dnsMinIntervalMs, timings: { dnsTtlMs } })).toBe(must);
    },
  );

  it("costs without retries no more than meets a GOAWAY, counted in the slow part alone under headless", () => {
    expect(told("watch", { retry: "off" })["few-meet-goaway"]).toBe("0 of 300 calls (<= 4 calls)");
    const seen = seenUnder("headless", { retry: "off" });
    const waiting = seen.records.map((record, i) => (i < 50 ? { ...record, latencyMs: 5_000 } : record));
    const slow = rollout.expectations({ ...seen, records: waiting }).find(({ id }) => id === "slow-rollout-goaways");
    expect(slow?.bound).toBe("<= 4 calls");
  });

  it("must cost calls without drain, where nobody retries", () => {
    expect(told("watch", { drain: false })["undrained-calls-fail"]).toBe("1 call (>= 1 call)");
    expect(Object.keys(told("sidecar", { drain: false, proxyRetries: 2 }))).toEqual(["all-replaced"]);
    expect(Object.keys(told("watch", { drain: false, retry: "4" }))).toEqual(["all-replaced"]);
  });

  it("may cost what meets a GOAWAY where only calls are repeated of which nothing was sent, and says nothing without drain", () => {
    expect(told("traefik", { proxyRetries: 2, retry: "off" })["few-meet-goaway"]).toBe("0 of 300 calls (<= 4 calls)");
    expect(Object.keys(told("traefik", { proxyRetries: 2, retry: "off", drain: false }))).toEqual(["all-replaced"]);
  });

  it("is not over when an old pod answers last, or one did not go", () => {
    const seen = seenUnder("watch");
    const replaced = (changed: Partial<typeof seen>) => rollout.expectations({ ...seen, ...changed })[0];
    expect(replaced({ records: seen.records.map((record) => ({ ...record, pod: "backend-1" })) })).toMatchObject({
      measured: "4 pods gone, the last answer from a pod that has gone",
      ok: false,
    });
    expect(replaced({ records: seen.records.map((record) => ({ ...record, code: UNAVAILABLE })) })).toMatchObject({
      measured: "4 pods gone, no call is answered",
      ok: false,
    });
    expect(replaced({ podEvents: seen.podEvents.filter(({ pod }) => pod !== "backend-2") })?.measured).toMatch(
      /^3 pods gone/,
    );
  });
});

describe("the knobs of rollout", () => {
  const knobs = (mode: ModeKey, overrides: KnobOverrides = {}) => observation(mode, rollout, overrides).knobs;

  it("are drain and client retries; without drain no retries either, for they would hide what it costs", () => {
    expect(knobs("watch")).toMatchObject({ drain: true, retry: "4", proxyRetries: undefined });
    expect(knobs("sidecar", { drain: false })).toMatchObject({ drain: false, retry: "off", proxyRetries: 0 });
    expect(knobs("watch", { drain: false, retry: "2" })).toMatchObject({ retry: "2" });
  });

  it("keep DNS slower than a quick rollout under headless, and the drain longer than DNS under envoy", () => {
    expect(knobs("headless")).toMatchObject({ dnsMinIntervalMs: 8_000, timings: { dnsTtlMs: 10_000 } });
    expect(knobs("headless", { pods: 16 })).toMatchObject({ dnsMinIntervalMs: 16_000, timings: { dnsTtlMs: 20_000 } });
    expect(knobs("headless", { pods: 1 })).toMatchObject({ dnsMinIntervalMs: 8_000 });
    const envoy = observation("envoy", rollout).build();
    const { endpointLagMs, dnsTtlMs, dnsRefreshMs } = envoy.timings;
    const heardMs = [endpointLagMs, dnsTtlMs, dnsRefreshMs].reduce((sum, timing) => sum + (timing?.value ?? 0), 0);
    expect(envoy.knobs.drainDelayMs).toBeGreaterThan(heardMs);
  });

  it("keep the drain longer where pushes are taken late, by as long as news may take", () => {
    expect(knobs("watch").drainDelayMs).toBe(1_500);
    expect(knobs("traefik").drainDelayMs).toBe(4_500);
  });
});

describe("the course of rollout", () => {
  it("replaces all pods once", async () => {
    expect(await takeCourse(rollout, "watch")).toEqual([
      "pause 300",
      "phase rollout",
      "note restart",
      "restart, 0 ms a pod",
      "pause 1000",
    ]);
  });

  it("replaces them quickly, then more slowly than DNS, under headless", async () => {
    expect(await takeCourse(rollout, "headless")).toEqual([
      "pause 300",
      "phase quick",
      "note restart quick",
      "restart at once",
      "pause 1000",
      "phase slow",
      "note restart slow: 7000 ms between two pods",
      "restart, 7000 ms a pod",
      "pause 1000",
    ]);
  });
});

describe("the sentence of rollout", () => {
  it.each([
    ["watch", {}, "Replacing all pods cost none of 300 calls."],
    ["watch", { drain: false }, "Replacing all pods cost 1 of 300 calls."],
    [
      "headless",
      {},
      "A quick rollout cost 225 of 485 calls (4.5 s without service, until DNS caught up); a rollout slower than DNS cost none of 1250 calls.",
    ],
    [
      "headless",
      { dnsMinIntervalMs: 1_500, timings: { dnsTtlMs: 1_500 } },
      "The quick rollout was too slow here to be faster than DNS (the last pod was gone 3.9 s after the client's start, DNS may name the new pods after 1.5 s, and retries bridge 1.0 s); it cost 225 of 485 calls (4.5 s without service, until DNS caught up); a rollout slower than DNS cost none of 1250 calls.",
    ],
  ] as const)("under %s with %j", (mode, knobs, sentence) => {
    expect(rollout.summary(seenUnder(mode, knobs))).toBe(sentence);
  });
});
