import type { Hop, Mode, RetryLimit } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { settleRun } from "../knobs/settle-run.ts";
import { ObservationBuilder, observation, resultOf } from "../testing/observation-builder.ts";
import { renamed } from "../testing/renamed-modes.ts";
import { asExpected } from "../testing/scenarios.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { retryStorm } from "./retry-storm.ts";

const seen = (mode: string, asked = {}) => asExpected(retryStorm, observation(mode, retryStorm, asked));
const judged = (mode: string, asked = {}) =>
  retryStorm.expectations(seen(mode, asked)).map(({ id, bound, measured }) => [id, bound, measured]);

describe("the course of retry-storm", () => {
  it("makes half of the pods refuse, the pod in use among them, and counts when the load has ended", async () => {
    expect(await takeCourse(retryStorm, "watch")).toEqual([
      "phase well",
      "pause 1000",
      "note refuse backend-4",
      'fault backend-4 {"errorCode":"UNAVAILABLE","errorShare":1,"latencyMs":50}',
      "note refuse backend-1",
      'fault backend-1 {"errorCode":"UNAVAILABLE","errorShare":1,"latencyMs":50}',
      "phase storm",
      "pause 4000",
      "end and count",
    ]);
  });

  it("needs another pod", () => {
    const mode = renamed("watch");
    const settle = () =>
      settleRun({ mode, experiment: retryStorm, stage: STAGES.local, asked: { pods: 1 }, modes: [mode] });
    expect(settle).toThrow("retry-storm needs at least 2 pods: with 1, half of them is none");
  });
});

describe("a storm of 400 calls while two of four pods refuse", () => {
  it("makes an attempt and a half of each call at least, and no more than the answers take by chance", () => {
    expect(judged("watch")).toEqual([
      ["none-before", "0 calls", "0 of 100 calls"],
      ["few-unlucky-retries", "<= 89 calls", "0 of 400 calls"],
      ["amplification", "550 to 955 of 400 calls (1.38 to 2.39 each)", "600 of 400 calls (1.50 each)"],
    ]);
  });

  it("makes every attempt of the calls whose connection is to a pod that refuses", () => {
    expect(judged("plain", { clients: 4 })).toEqual([
      ["none-before", "0 calls", "0 of 100 calls"],
      ["all-of-its-clients-fail", "200 calls", "200 of 200 calls"],
      ["others-do-not-fail", "0 calls", "0 of 200 calls"],
      ["amplification", "800 to 800 of 400 calls (2.00 to 2.00 each)", "800 of 400 calls (2.00 each)"],
    ]);
  });

  it("makes one attempt of each call where nobody tries again, of which half fail", () => {
    expect(judged("watch", { retry: "off" }).slice(1)).toEqual([
      ["no-more-than-picked", "<= 250 calls", "200 of 400 calls"],
      ["amplification", "400 to 400 of 400 calls (1.00 to 1.00 each)", "400 of 400 calls (1.00 each)"],
    ]);
  });

  it("multiplies the attempts of hops, which is the most that may come", () => {
    expect(judged("sidecar", { retry: "hedge:3" }).at(-1)?.[1]).toBe("550 to 3600 of 400 calls (1.38 to 9.00 each)");
  });

  it("is not judged where nobody has asked the pods", () => {
    const expectations = retryStorm.expectations({ ...seen("watch"), received: undefined });
    expect(expectations.at(-1)).toMatchObject({ measured: "not asked, of 400 calls", ok: false });
  });
});

describe("a limit of retries", () => {
  const watch = renamed("watch");
  const limitedBy = (limit: RetryLimit): Mode => ({
    ...watch,
    path: (settings) => watch.path(settings).map((hop): Hop => ({ ...hop, retry: { ...hop.retry, limit } })),
  });
  const bound = (limit: RetryLimit) => {
    const mode = limitedBy(limit);
    const { knobs } = settleRun({ mode, experiment: retryStorm, stage: STAGES.local, asked: {}, modes: [mode] });
    const { bound } =
      retryStorm.expectations(asExpected(retryStorm, new ObservationBuilder(mode, knobs, "local"))).at(-1) ?? {};
    return bound;
  };

  it("lets half of the tokens through, and what answers bring back", () => {
    expect(bound({ by: "tokens", most: 100, perAnswer: 0.1 })).toBe("400 to 491 of 400 calls (1.00 to 1.23 each)");
  });

  it("lets a part of what is under way through, or the least that it always does", () => {
    expect(bound({ by: "calls under way", part: 0.2, least: 1 })).toBe("400 to 1200 of 400 calls (1.00 to 3.00 each)");
  });
});

it("shows how many attempts each call cost, and what part failed all the same", () => {
  const { figures, pods } = resultOf("watch", retryStorm, seen("watch", { retry: "off" }));
  expect(figures.map(({ id, values }) => [id, values])).toEqual([
    ["amplification", [1]],
    ["failed-part", [0.5]],
  ]);
  expect(pods.map(({ received }) => received)).toEqual([500, 0, 0, 0]);
  expect(retryStorm.summary(seen("watch"))).toBe(
    "400 calls became 600 attempts while half of the pods refused; none of 400 calls failed.",
  );
});
