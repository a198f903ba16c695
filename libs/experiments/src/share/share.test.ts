import { describe, expect, it } from "vitest";
import { agedConnections } from "../aged-connections.ts";
import { observation } from "../testing/observation-builder.ts";
import { asExpected } from "../testing/scenarios.ts";
import { share } from "./share.ts";

const expectation = (id: string, seen: Parameters<typeof share.expectations>[0]) =>
  share.expectations(seen).find((candidate) => candidate.id === id);

describe("share under a client that rotates", () => {
  const seen = (counts: readonly number[], clients = 1) =>
    counts
      .reduce(
        (builder, count, i) => builder.answered(`backend-${i + 1}`, count),
        observation("watch", share, { clients }),
      )
      .build();

  it("allows 2 calls beside the mean, and says so", () => {
    expect(expectation("even-share", seen([98, 102, 100, 100]))).toEqual({
      id: "even-share",
      what: "every pod answers the same number of calls",
      bound: "98 to 102 calls each",
      measured: "98 to 102 calls each",
      ok: true,
    });
    expect(expectation("even-share", seen([97, 103, 100, 100]))?.ok).toBe(false);
  });

  it("allows as much for each client, which rotates by itself", () => {
    expect(expectation("even-share", seen([94, 106, 100, 100], 3))).toMatchObject({
      bound: "94 to 106 calls each",
      ok: true,
    });
  });

  it("expects least request of a client that is made to use it, and no rotation", () => {
    const asked = observation("headless", share, { policy: "least_request" });
    const uneven = asked.answered("backend-1", 115).answered("backend-2", 85).answered("backend-3", 90);
    expect(expectation("even-share", uneven.answered("backend-4", 110).build())).toMatchObject({
      what: "every pod answers its share, within 5 standard deviations of a random pick",
      ok: true,
    });
  });

  it("expects of peak EWMA that no pod answers more than half of the calls where two of four are drawn", () => {
    const asked = (...counts: number[]) =>
      counts
        .reduce(
          (builder, count, i) => builder.answered(`backend-${i + 1}`, count),
          observation("watch", share, { policy: "peak_ewma" }),
        )
        .build();
    const bound = { bound: "<= 250 calls each", measured: "0 to 220 calls each", ok: true };
    expect(expectation("no-more-than-drawn", asked(220, 130, 50, 0))).toMatchObject(bound);
    expect(expectation("no-more-than-drawn", asked(260, 140, 0, 0))?.ok).toBe(false);
    expect(expectation("even-share", asked(220, 130, 50, 0))).toBeUndefined();
  });

  it("tells a forced pick_first", () => {
    const pinned = observation("headless", share, { policy: "pick_first" }).answered("backend-1", 400).build();
    expect(expectation("even-share", pinned)).toMatchObject({ measured: "0 to 400 calls each", ok: false });
  });
});

describe("share under a proxy with workers", () => {
  const bound = (...[mode, asked]: [string, Parameters<typeof observation>[2]]) =>
    expectation("even-share", observation(mode, share, asked).answered("backend-1", 400).build())?.bound;

  it.each<[string, Parameters<typeof observation>[2], string]>([
    ["envoy", {}, "98 to 102 calls each"],
    ["envoy", { proxyWorkers: 2 }, "96 to 104 calls each"],
    ["nginx", { proxyWorkers: 2 }, "98 to 102 calls each"],
    ["nginx", { proxyVariant: "static", proxyWorkers: 2 }, "96 to 104 calls each"],
    ["nginx", { proxyVariant: "static-zone", proxyWorkers: 2 }, "98 to 102 calls each"],
    // Who has a connection for each call goes round over pods, whatever becomes of connections.
    ["nginx", { maxAgeMs: 100 }, "98 to 102 calls each"],
  ])("counts a rotation for each that goes round by itself: %s with %j", (mode, asked, expected) => {
    expect(bound(mode, asked)).toBe(expected);
  });
});

describe("share under plain", () => {
  it("takes each client by itself, as connections fell", () => {
    const seen = observation("plain", share, { clients: 2 })
      .answered("backend-3", 10, { client: 0 })
      .answered("backend-3", 10, { client: 1 });
    expect(expectation("one-pod-per-client", seen.build())).toMatchObject({
      bound: "1 pod",
      measured: "1 pod",
      ok: true,
    });
    const balanced = seen.answered("backend-1", 1, { client: 1 }).build();
    expect(expectation("one-pod-per-client", balanced)).toMatchObject({ measured: "1 to 2 pods", ok: false });
  });

  it("says nothing of clients that had no call to make", () => {
    const seen = observation("plain", share, { clients: 9 }).answered("backend-1", 3).build();
    expect(expectation("one-pod-per-client", seen)?.ok).toBe(true);
  });

  it("allows another pod for each connection that can have aged", () => {
    const aged = observation("plain", share, { maxAgeMs: 1_000 });
    const seen = aged.calls({ toMs: 1_500, everyMs: 10 }, (atMs) => (atMs < 950 ? "backend-1" : "backend-2")).build();
    expect(expectation("one-pod-per-client", seen)).toMatchObject({
      bound: "1 to 3 pods",
      measured: "2 pods",
      ok: true,
    });
  });
});

describe("share under proxyless", () => {
  it("is a random pick of the zone, and a rotation inside", () => {
    const seen = observation("proxyless", share)
      .answered("backend-1", 120)
      .answered("backend-3", 120)
      .answered("backend-2", 80)
      .answered("backend-4", 80)
      .build();
    expect(expectation("share-of-zones", seen)).toMatchObject({
      bound: "lab-a 150 to 250, lab-b 150 to 250 calls",
      measured: "lab-a 240, lab-b 160 calls",
      ok: true,
    });
    expect(expectation("even-share-in-zone", seen)).toMatchObject({
      bound: "lab-a 118 to 122, lab-b 78 to 82 calls each",
      measured: "lab-a 120, lab-b 80 calls each",
      ok: true,
    });
  });

  it("weighs zones by their pods, and has no share of zones where there is one", () => {
    const five = asExpected(share, observation("proxyless", share, { pods: 5 }));
    expect(expectation("share-of-zones", five)?.bound).toBe("lab-a 192 to 288, lab-b 112 to 208 calls");
    const one = asExpected(share, observation("proxyless", share, { pods: 1 }));
    expect(share.expectations(one).map(({ id, ok }) => [id, ok])).toEqual([
      ["even-share-in-zone", true],
      ["no-failed-calls", true],
    ]);
  });
});

it("allows one failed call for each connection that ages, and none without ageing", () => {
  const seen = (maxAgeMs: number) =>
    observation("watch", share, { maxAgeMs }).answered(undefined, 1).answered("backend-1", 399).build();
  expect(expectation("no-failed-calls", seen(0))).toMatchObject({
    bound: "0 calls",
    measured: "1 of 400 calls",
    ok: false,
  });
  expect(expectation("failed-per-aged-connection", seen(3_000))).toMatchObject({ bound: "<= 4 calls", ok: true });
});

it.each([
  [1, 4],
  [2, 8],
])(
  "takes a connection to each pod from each of %i workers, also of those that rotate together, for %i",
  (proxyWorkers, most) => {
    const aged = observation("haproxy", share, { maxAgeMs: 3_000, proxyWorkers }).answered("backend-1", 400).build();
    expect(expectation("failed-per-aged-connection", aged)?.bound).toBe(`<= ${most} calls`);
  },
);

it("takes two workers of a gateway for two connections to each pod", () => {
  const aged = observation("gateway", share, { maxAgeMs: 3_000 }).answered("backend-1", 400);
  expect(agedConnections(aged.build())).toBe(8);
});

it.each<[string, Parameters<typeof observation>[2], string]>([
  ["envoy", { proxyRetries: 2 }, "no-failed-calls"],
  ["traefik", {}, "failed-per-aged-connection"],
  // Only what found no connection is repeated, which a call that meets a GOAWAY has.
  ["traefik", { proxyRetries: 2 }, "failed-per-aged-connection"],
  ["traefik", { proxyRetries: 2, retry: "2" }, "no-failed-calls"],
])("allows failures by ageing unless each call is retried: %s with %j", (mode, asked, expected) => {
  const aged = observation(mode, share, { ...asked, maxAgeMs: 3_000 })
    .answered("backend-1", 400)
    .build();
  expect(share.expectations(aged).map(({ id }) => id)).toContain(expected);
});

describe("the sentence of share", () => {
  it.each([
    ["watch", {}, "All 4 pods answered, 100 calls each, evenness 1.000."],
    ["plain", {}, "1 of 4 pods answered, 400 calls, evenness 0.250."],
    ["plain", { clients: 2 }, "2 of 4 pods answered, 200 calls each, evenness 0.500."],
    ["watch", { pods: 1 }, "The only pod answered 400 calls, evenness 1.000."],
  ] as const)("under %s with %j", (mode, knobs, sentence) => {
    expect(share.summary(asExpected(share, observation(mode, share, knobs)))).toBe(sentence);
  });

  it("tells failed calls", () => {
    const failing = observation("watch", share, { pods: 2 })
      .answered("backend-1", 3)
      .answered("backend-2", 4)
      .answered(undefined, 1);
    expect(share.summary(failing.build())).toBe(
      "All 2 pods answered, 3 to 4 calls each, evenness 0.980; 1 of 8 calls failed.",
    );
    expect(share.summary(observation("watch", share).answered(undefined, 3).build())).toBe(
      "No pod answered: all 3 calls failed.",
    );
  });
});
