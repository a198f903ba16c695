import { describe, expect, it } from "vitest";
import { observation, podName, resultOf } from "../testing/observation-builder.ts";
import { asExpected } from "../testing/scenarios.ts";
import { evennessByClients } from "./evenness-by-clients.ts";
import { manyClients } from "./many-clients.ts";

const seen = (mode: string, asked = {}) => asExpected(manyClients, observation(mode, manyClients, asked));
const judged = (mode: string, asked = {}) =>
  manyClients.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);

describe("how even many clients are", () => {
  it("grows with their number where connections are balanced, each client being all on one pod", () => {
    expect(judged("plain")).toEqual([
      ["one-pod-per-client", "1 pod", "1 pod"],
      ["all-are-even", "evenness >= 0.47 over 3050 calls", "evenness 1.00 over 3050 calls"],
      ["no-failed-calls", "0 calls", "0 of 3050 calls"],
    ]);
    expect(evennessByClients(seen("plain")).map(({ clients, evenness }) => [clients, evenness])).toEqual([
      [1, 0.25],
      [2, 0.5],
      [4, 1],
      [8, 1],
      [16, 1],
      [32, 1],
      [61, expect.closeTo(1, 2)],
    ]);
  });

  it("is there from the first on where calls are", () => {
    expect(judged("watch").slice(0, 2)).toEqual([
      ["one-is-even", "evenness >= 0.89 over 50 calls", "evenness 1.00 over 50 calls"],
      ["all-are-even", "evenness >= 0.86 over 3050 calls", "evenness 1.00 over 3050 calls"],
    ]);
    expect(judged("envoy")[0]).toEqual([
      "all-are-even",
      "evenness >= 0.99 over 3050 calls",
      "evenness 1.00 over 3050 calls",
    ]);
    expect(judged("sidecar").map(([id]) => id)).toEqual(["one-is-even", "all-are-even", "no-failed-calls"]);
  });

  it("is not expected of one client of peak EWMA, which may leave a pod out for long", () => {
    expect(judged("watch", { policy: "peak_ewma" }).map(([id]) => id)).toEqual([
      "one-is-even",
      "all-are-even",
      "no-failed-calls",
    ]);
    expect(judged("watch", { policy: "peak_ewma" })[0]?.[1]).toBe("evenness >= 0.29 over 50 calls");
  });

  it("takes as many calls of each client however many there are, unless it is asked otherwise", () => {
    const calls = (asked = {}) => observation("watch", manyClients, asked).knobs.calls;
    expect([calls(), calls({ clients: 10 }), calls({ calls: 7 }), calls({ durationMs: 1_000 })]).toEqual([
      3_050,
      500,
      7,
      undefined,
    ]);
  });
});

describe("the curve of many-clients", () => {
  it("has every number of clients, and the figures three of them and where it is even", () => {
    const { curves, figures } = resultOf("plain", manyClients, seen("plain"));
    expect(curves?.[0]?.points.slice(0, 3)).toEqual([
      { x: 1, y: 0.25 },
      { x: 2, y: 0.5 },
      { x: 4, y: 1 },
    ]);
    expect(figures.map(({ values }) => values)).toEqual([[0.25, 1, expect.closeTo(1, 2)], [4]]);
  });

  it("is even from no number of clients on where the last is uneven", () => {
    const uneven = observation("plain", manyClients, { clients: 8 })
      .answered(podName(1), 10)
      .answered(podName(2), 1, { client: 7 });
    const { figures } = resultOf("plain", manyClients, uneven.build());
    expect(figures[1]?.values).toEqual([null]);
    expect(manyClients.summary(uneven.build())).toBe(
      "The calls of one client have an evenness of 0.25, those of 8 clients one of 0.30: never even.",
    );
  });
});
