import { describe, expect, it } from "vitest";
import { observation } from "../testing/observation-builder.ts";
import { asExpected } from "../testing/scenarios.ts";
import { takeCourse } from "../testing/take-course.ts";
import { scaleUp } from "./scale-up.ts";

const expectation = (id: string, seen: Parameters<typeof scaleUp.expectations>[0]) =>
  scaleUp.expectations(seen).find((candidate) => candidate.id === id);

/** Pods 5 and 6 become ready after a second, and answer so much later. */
function joined(
  mode: Parameters<typeof observation>[0],
  waitsMs: readonly number[],
  overrides = {},
  stage: Parameters<typeof observation>[3] = "local",
) {
  const builder = observation(mode, scaleUp, overrides, stage).step("scale", 500).joined(5, 1_000).joined(6, 1_000);
  builder.calls({ toMs: 2_000, everyMs: 10 }, () => "backend-1");
  waitsMs.forEach((ms, i) => {
    builder.calls({ fromMs: 1_000 + ms - 3, toMs: 1_000 + ms, everyMs: 10, latencyMs: 3 }, () => `backend-${5 + i}`);
  });
  return builder;
}

describe("scale-up", () => {
  it("wants every new pod to answer within the window, the slowest counts", () => {
    expect(expectation("new-pods-answer", joined("watch", [46, 1_000]).build())).toEqual({
      id: "new-pods-answer",
      what: "every new pod answers its first call soon after it is ready (a push)",
      bound: "<= 1000 ms",
      measured: "1000 ms",
      ok: true,
    });
    expect(expectation("new-pods-answer", joined("watch", [46, 1_001]).build())?.ok).toBe(false);
    expect(expectation("new-pods-answer", joined("watch", [46]).build())).toMatchObject({
      measured: "never",
      ok: false,
    });
  });

  it("allows a cluster more", () => {
    const seen = joined("watch", [46, 4_900], {}, "kubernetes").build();
    expect(expectation("new-pods-answer", seen)).toMatchObject({ bound: "<= 5000 ms", ok: true });
  });

  it("leaves out a first pod that restarted", () => {
    const seen = joined("watch", [46, 50])
      .event("pod-crashed", "backend-2", 600)
      .event("pod-ready", "backend-2", 900)
      .build();
    expect(scaleUp.expectations(seen).every(({ ok }) => ok)).toBe(true);
  });

  it("does not take fewer new pods than it asked for", () => {
    const seen = observation("watch", scaleUp).joined(5, 1_000).answered("backend-5", 10).build();
    expect(expectation("new-pods-ready", seen)).toMatchObject({ bound: "2 pods", measured: "1 pod", ok: false });
  });

  it("wants idle new pods where nothing tells the client, while others answer", () => {
    expect(expectation("new-pods-idle", joined("plain", []).build())).toMatchObject({
      bound: "0 calls",
      measured: "0 of 99 calls",
      ok: true,
    });
    expect(expectation("new-pods-idle", joined("headless", [46], { maxAgeMs: 0 }).build())).toMatchObject({
      measured: "1 of 100 calls",
      ok: false,
    });
  });

  it("leaves it to chance under plain when connections age", () => {
    const seen = joined("plain", [46], { maxAgeMs: 3_000 }).build();
    expect(scaleUp.expectations(seen).map(({ id, ok }) => [id, ok])).toEqual([
      ["new-pods-ready", true],
      ["one-pod-per-connection", true],
      ["failed-per-aged-connection", true],
    ]);
  });

  it("wants no failed call where a retry hides what ageing costs", () => {
    const seen = joined("headless", [46, 46], { retry: "2" }).answered(undefined, 1).build();
    expect(expectation("no-failed-calls", seen)?.ok).toBe(false);
  });
});

describe("the course of scale-up", () => {
  it("adds two pods and waits until they answer", async () => {
    expect(await takeCourse(scaleUp, "watch")).toEqual(["pause 500", "note scale 4 to 6 pods", "scale 6", "pause 500"]);
  });

  it("looks for a while where they cannot", async () => {
    expect(await takeCourse(scaleUp, "plain")).toContain("pause 3000");
  });

  it("lets connections age under headless, unless told otherwise", () => {
    expect(observation("headless", scaleUp).knobs.maxAgeMs).toBe(3_000);
    expect(observation("headless", scaleUp, { maxAgeMs: 0 }).knobs.maxAgeMs).toBe(0);
    expect(observation("watch", scaleUp).knobs.maxAgeMs).toBe(0);
  });
});

describe("the sentence of scale-up", () => {
  it.each([
    [[87, 46], "2 new pods got their first call after 87 ms and 46 ms."],
    [[2_340, 900], "2 new pods got their first call after 2.3 s and 900 ms."],
    [[87], "1 new pod got its first call after 87 ms; the other got none."],
    [[], "2 new pods got no call at all."],
  ])("with waits of %j ms", (waitsMs, sentence) => {
    expect(scaleUp.summary(joined("watch", waitsMs).build())).toBe(sentence);
  });

  it("tells when no pod came", () => {
    expect(scaleUp.summary(observation("watch", scaleUp).answered("backend-1", 1).build())).toBe(
      "No new pod became ready.",
    );
  });

  it("is as said under every mode", () => {
    expect(scaleUp.summary(asExpected(scaleUp, observation("plain", scaleUp)))).toBe("2 new pods got no call at all.");
  });
});
