import { endMs } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { callsOfPhase, failedCalls, runEvents, timesToFirstCall, timingMs } from "./observation.ts";
import { scaleUp } from "./scale-up/scale-up.ts";
import { BEGAN_AT_MS, observation } from "./testing/observation-builder.ts";

const begun = () => observation("watch", scaleUp);

describe("time to first call", () => {
  it("counts from readiness to the end of the first answered call, for pods that became ready under load", () => {
    const seen = begun()
      .joined(5, 1_000)
      .calls({ fromMs: 1_020, toMs: 1_030, everyMs: 10, latencyMs: 4 }, () => undefined)
      .calls({ fromMs: 1_040, toMs: 1_060, everyMs: 10, latencyMs: 6 }, () => "backend-5")
      .build();
    expect(timesToFirstCall(seen)).toEqual([{ pod: "backend-5", ms: 46 }]);
  });

  it("is null for a pod that answered none", () => {
    const seen = begun()
      .joined(5, 1_000)
      .calls({ toMs: 2_000, everyMs: 100 }, () => "backend-1")
      .build();
    expect(timesToFirstCall(seen)).toEqual([{ pod: "backend-5", ms: null }]);
  });

  it("is 0 for a pod that answered before its probe had returned", () => {
    const seen = begun()
      .joined(5, 1_000)
      .calls({ fromMs: 990, toMs: 991, everyMs: 5 }, () => "backend-5")
      .build();
    expect(timesToFirstCall(seen)).toEqual([{ pod: "backend-5", ms: 0 }]);
  });

  it("of a pod that restarts leaves out calls of its life before, also one whose answer came after the crash was seen", () => {
    const seen = begun()
      .event("pod-crashed", "backend-1", 1_000)
      .event("pod-ready", "backend-1", 3_000)
      .calls({ fromMs: 900, toMs: 1_000, everyMs: 10, latencyMs: 20 }, () => "backend-1")
      .calls({ fromMs: 3_050, toMs: 3_060, everyMs: 10, latencyMs: 5 }, () => "backend-1")
      .build();
    expect(timesToFirstCall(seen)).toEqual([{ pod: "backend-1", ms: 55 }]);
  });

  it("is there once for each restart", () => {
    const seen = begun()
      .event("pod-crashed", "backend-1", 1_000)
      .event("pod-ready", "backend-1", 2_000)
      .event("pod-crashed", "backend-1", 3_000)
      .event("pod-ready", "backend-1", 4_000)
      .calls({ fromMs: 2_500, toMs: 2_501, everyMs: 5, latencyMs: 3 }, () => "backend-1")
      .build();
    expect(timesToFirstCall(seen)).toEqual([
      { pod: "backend-1", ms: 503 },
      { pod: "backend-1", ms: null },
    ]);
  });
});

it("puts pods' lives and steps in order, from the load's beginning", () => {
  const seen = begun().step("scale", 500.4, { detail: "4 to 5 pods" }).joined(5, 1_000).build();
  expect(runEvents(seen).slice(-3)).toEqual([
    { atMs: 500, kind: "scale", detail: "4 to 5 pods" },
    { atMs: 600, kind: "pod-added", pod: "backend-5" },
    { atMs: 1_000, kind: "pod-ready", pod: "backend-5" },
  ]);
  expect(runEvents(seen)[0]).toEqual({ atMs: -500, kind: "pod-ready", pod: "backend-1" });
});

it("tells failed calls, calls of a phase (its end excluded), and when a call ended", () => {
  const { records } = begun()
    .calls({ toMs: 40, everyMs: 10, latencyMs: 3 }, (atMs) => (atMs === 20 ? undefined : "a"))
    .build();
  expect(failedCalls(records)).toEqual([records[2]]);
  const phase = { name: "phase", fromMs: BEGAN_AT_MS + 10, toMs: BEGAN_AT_MS + 30 };
  expect(callsOfPhase(records, phase)).toEqual(records.slice(1, 3));
  expect(records.map(endMs)[1]).toBe(BEGAN_AT_MS + 13);
});

it("takes a delay that a stage does not have for 0", () => {
  expect(timingMs(begun().build(), "endpointLagMs")).toBe(1_000);
  expect(timingMs(begun().build(), "dnsTtlMs")).toBe(0);
});
