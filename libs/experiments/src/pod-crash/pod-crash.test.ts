import { describe, expect, it } from "vitest";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { observation } from "../testing/observation-builder.ts";
import type { ModeKey } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { takeCourse } from "../testing/take-course.ts";
import { crashOf } from "./crash.ts";
import { crashWindowMs, settledMs } from "./crash-window.ts";
import { podCrash } from "./pod-crash.ts";

const seenUnder = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  asExpected(podCrash, observation(mode, podCrash, overrides));
const told = (mode: ModeKey, overrides: KnobOverrides = {}) =>
  Object.fromEntries(
    podCrash.expectations(seenUnder(mode, overrides)).map((one) => [one.id, `${one.measured} (${one.bound})`]),
  );
const fewUnlucky = (mode: ModeKey, overrides: KnobOverrides = {}) => {
  const found = podCrash.expectations(seenUnder(mode, overrides)).find(({ id }) => id === "few-unlucky-retries");
  if (found === undefined) throw new Error("nothing is expected of retries");
  return found;
};
const ALWAYS = ["none-before", "pod-ends", "dead-pod-is-silent", "others-answer"];

describe("pod-crash", () => {
  it("is seen under plain by the calls in flight, then one pod answers", () => {
    expect(told("plain")).toEqual({
      "none-before": "0 of 196 calls (0 calls)",
      "pod-ends": "1 pod (1 pod)",
      "dead-pod-is-silent": "0 of 882 calls (0 calls)",
      "others-answer": "98 calls (>= 1 call)",
      "in-flight-fail": "4 calls (>= 1 call)",
      "none-after": "0 of 98 calls (0 calls)",
      "one-pod-after": "1 pod (1 pod)",
    });
  });

  it("costs a client that balances by itself no more than was in flight", () => {
    expect(told("watch")).toMatchObject({
      "only-in-flight-fail": "1 of 1084 calls (<= 3 calls)",
      "none-after": "0 of 832 calls (0 calls)",
    });
  });

  it("costs a proxy's clients a share of the calls until the endpoint is withdrawn", () => {
    expect(told("envoy")).toMatchObject({
      "dead-endpoint-shows": "51 calls (>= 20 calls)",
      "share-of-dead-endpoint": "51 of 1100 calls (<= 264 calls)",
    });
  });

  it("costs what was in flight where a proxy finds no connection to the pod and goes to the next", () => {
    expect(told("haproxy")).toMatchObject({
      "only-in-flight-fail": "1 of 1084 calls (<= 3 calls)",
      "none-after": "0 of 282 calls (0 calls)",
    });
    expect(Object.keys(told("haproxy", { proxyRetries: 2 }))).toEqual([...ALWAYS, "no-failed-calls", "few-cut-short"]);
  });

  it("costs a share of the calls until checks have failed where a proxy tries the same pod again", () => {
    const stuck = (overrides: KnobOverrides = {}) => told("haproxy", { proxyVariant: "no-redispatch", ...overrides });
    expect(stuck()).toMatchObject({
      "dead-endpoint-shows": "51 calls (>= 20 calls)",
      "share-of-dead-endpoint": "51 of 1084 calls (<= 206 calls)",
    });
    // A check may fail long before the endpoint is withdrawn.
    expect(stuck({ timings: { endpointLagMs: 10_000 } })["dead-endpoint-shows"]).toContain(">= 20 calls");
  });

  it("allows least request its liking for an endpoint that fails at once", () => {
    const most = (mode: ModeKey) =>
      told(mode, { proxyRetries: 0, timings: { dnsTtlMs: 0, dnsRefreshMs: 0 } })["share-of-dead-endpoint"];
    expect(most("envoy")).toContain("<= 146 calls");
    expect(most("sidecar")).toContain("<= 228 calls");
  });

  it.each<[ModeKey, KnobOverrides]>([
    ["headless", { retry: "2" }],
    ["watch", { retry: "hedge:2" }],
    ["proxyless", {}],
  ])("is invisible under %s with %j", (mode, overrides) => {
    expect(Object.keys(told(mode, overrides))).toEqual([...ALWAYS, "no-failed-calls", "few-cut-short"]);
  });

  it("lets few calls under sidecar try the dead endpoint with each attempt, and no call that is answered in part be tried again", () => {
    expect(told("sidecar")).toMatchObject({
      "few-unlucky-retries": "0 of 1084 calls (<= 2 calls)",
      "few-cut-short": "0 of 1084 calls (<= 3 calls)",
    });
  });

  it("costs a gateway's clients what was under way as well, unless they repeat it themselves", () => {
    const { what, bound } = fewUnlucky("gateway");
    expect([what, bound]).toEqual([expect.stringContaining("under way on the pod"), "<= 5 calls"]);
    expect(fewUnlucky("gateway", { retry: "2" }).bound).toBe("<= 2 calls");
    expect(fewUnlucky("sidecar").what).not.toContain("under way");
    // So many pods that no call meets the dead endpoint with each attempt.
    expect(fewUnlucky("gateway", { pods: 12 }).bound).toBe("<= 2 calls");
    expect(Object.keys(told("gateway", { pods: 12, retry: "2" }))).toContain("no-failed-calls");
  });

  it("costs what was sent to the pod where a proxy repeats only calls of which nothing was sent", () => {
    expect(told("traefik", { proxyRetries: 2 })).toMatchObject({
      "only-in-flight-fail": "1 of 1100 calls (<= 37 calls)",
      "none-after": expect.any(String),
    });
    expect(Object.keys(told("traefik", { proxyRetries: 2 }))).not.toContain("few-cut-short");
    // A connection to each of 4 pods may reach its age three times.
    expect(told("traefik", { proxyRetries: 2, maxAgeMs: 3_000 })["none-before"]).toContain("<= 12 calls");
    expect(told("traefik", { proxyRetries: 2, maxAgeMs: 3_000 })["only-in-flight-fail"]).toContain("<= 49 calls");
  });

  it("stays visible where a retry has no say: proxies' under headless, the client's under xDS", () => {
    expect(Object.keys(told("headless", { proxyRetries: 2 }))).toContain("only-in-flight-fail");
    expect(Object.keys(told("proxyless", { proxyRetries: 0, retry: "4" }))).toContain("only-in-flight-fail");
  });

  it("allows a client's retries through a proxy to meet the dead endpoint again", () => {
    const { "share-of-dead-endpoint": figures } = told("envoy", { retry: "4" });
    expect(figures).toBe("0 of 1100 calls (<= 11 calls)");
    expect(Object.keys(told("envoy", { retry: "4" }))).not.toContain("dead-endpoint-shows");
  });

  it("counts the calls that bunched up just when the pod crashed, each pod's part of them", () => {
    const seen = seenUnder("watch");
    const bound = (records: typeof seen.records) =>
      podCrash.expectations({ ...seen, records }).find(({ id }) => id === "only-in-flight-fail")?.bound;
    const { atMs } = crashOf(seen);
    // 40 calls that were meant to start before it and took 100 ms: 10 for each of 4 pods, beside the 8 that were under way anyway.
    const bunch = seen.records.slice(0, 40).map((record) => ({ ...record, startMs: atMs - 10, latencyMs: 100 }));
    expect(bound(seen.records)).toBe("<= 3 calls");
    expect(bound([...seen.records, ...bunch])).toBe("<= 13 calls");
    // What starts later has no excuse.
    const late = bunch.map((record) => ({ ...record, startMs: atMs + 1_000 }));
    expect(bound([...seen.records, ...late])).toBe("<= 3 calls");
  });

  it("takes only the clients of the crashed pod for its calls in flight", () => {
    expect(told("plain", { clients: 3 })["in-flight-fail"]).toBe("1 call (>= 1 call)");
  });

  it("expects nothing of calls in flight when there were none", () => {
    const seen = seenUnder("plain");
    const records = seen.records.filter(({ startMs }) => Math.abs(startMs - seen.beganAtMs - 1_000) > 50);
    expect(podCrash.expectations({ ...seen, records }).map(({ id }) => id)).not.toContain("in-flight-fail");
  });

  it("wants each client to be answered, not only as many pods as there are clients", () => {
    const seen = seenUnder("plain", { clients: 2 });
    const records = seen.records.map((record, i) => {
      if (record.startMs < seen.beganAtMs + 2_000) return record;
      return record.client === 0
        ? { ...record, pod: `backend-${2 + (i % 4 === 0 ? 1 : 0)}` }
        : { ...record, code: 14, pod: undefined };
    });
    expect(podCrash.expectations({ ...seen, records }).find(({ id }) => id === "one-pod-after")?.ok).toBe(false);
  });

  it("lets the pod answer again once it is back", () => {
    const seen = seenUnder("watch");
    const backAtMs = seen.beganAtMs + 3_000;
    const podEvents = [...seen.podEvents, { kind: "pod-ready" as const, pod: "backend-1", atMs: backAtMs }];
    const records = seen.records.map((record) =>
      record.startMs > backAtMs ? { ...record, pod: "backend-1" } : record,
    );
    const silence = (changed: Partial<typeof seen>) =>
      podCrash.expectations({ ...seen, ...changed }).find(({ id }) => id === "dead-pod-is-silent");
    expect(silence({ podEvents, records })?.ok).toBe(true);
    expect(silence({ records })).toMatchObject({ measured: "483 of 882 calls", ok: false });
  });
});

describe("how long a crash may show", () => {
  it.each([
    ["plain", 3_920],
    ["headless", 250],
    ["watch", 250],
    ["envoy", 4_000],
    ["haproxy", 3_000],
    ["sidecar", 2_000],
    ["proxyless", 250],
  ] as const)("is, under %s, %i ms", (mode, ms) => {
    expect(crashWindowMs(observation(mode, podCrash).build())).toBe(ms);
  });

  it("grows with the lag by a back-off that has grown as well", () => {
    const lagging = (endpointLagMs: number) => observation("plain", podCrash, { timings: { endpointLagMs } }).build();
    expect(crashWindowMs(lagging(0))).toBe(1_000 + 1.2 * 1_600);
    expect(crashWindowMs(lagging(3_000))).toBeCloseTo(3_000 + 1_000 + 1.2 * 2_560, 6);
    expect(crashWindowMs(lagging(600_000))).toBe(600_000 + 1_000 + 1.2 * 120_000);
  });

  it.each([0, 1_000, 5_000, 60_000])("is over before the pod is back, with a lag of %i ms", (endpointLagMs) => {
    for (const mode of ["plain", "headless", "watch", "envoy", "sidecar", "proxyless"] as const) {
      const seen = observation(mode, podCrash, { timings: { endpointLagMs, dnsTtlMs: 2 * endpointLagMs } }).build();
      expect(settledMs(seen) + 500).toBeLessThan(seen.timings.restartAfterMs?.value ?? 0);
    }
  });
});

describe("the course of pod-crash", () => {
  it("crashes the pod that answered last, and looks until all must be well", async () => {
    const did = await takeCourse(podCrash, "watch");
    expect(did.slice(0, 3)).toEqual(["pause 1000", "note crash backend-4", "crash backend-4"]);
    expect(Number(did[3]?.replace("pause ", ""))).toBeGreaterThan(3_000);
    expect(did.slice(4)).toEqual(["pause 500"]);
  });

  it("refuses a single pod, with the remedy", () => {
    expect(() => observation("watch", podCrash, { pods: 1 }, "local")).toThrow("pod-crash needs at least 2 pods");
  });
});

describe("the sentence of pod-crash", () => {
  it.each([
    ["sidecar", {}, "None of 1084 calls failed when a pod crashed."],
    ["watch", {}, "1 of 1084 calls failed when a pod crashed."],
  ] as const)("under %s", (mode, knobs, sentence) => {
    expect(podCrash.summary(seenUnder(mode, knobs))).toBe(sentence);
  });
});
