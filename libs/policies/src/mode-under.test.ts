import { modeNamed, picksUntilAnswered } from "@grpc-lb-lab/modes";
import { undisturbedPath } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { balanceLeastRequest } from "./balance-least-request/balance-least-request.ts";
import { faultAbort } from "./fault-abort/fault-abort.ts";
import { columnFor, modeUnder } from "./mode-under.ts";
import { outlierDetection } from "./outlier-detection/outlier-detection.ts";

const picks = (mode: ReturnType<typeof modeNamed>) => undisturbedPath(mode).map(({ pick }) => pick.kind);

describe("a mode of which a policy is asked", () => {
  it("has the policy's path where it is obeyed, and its own where it is not", () => {
    const envoy = modeNamed("envoy");
    expect(picks(envoy).at(-1)).toBe("rotation");
    expect(picks(modeUnder(envoy, balanceLeastRequest, "obeyed")).at(-1)).toBe("least request");
    expect(picks(modeUnder(envoy, balanceLeastRequest, "ignored"))).toEqual(picks(envoy));
  });

  it("looks at all pods by nginx's and HAProxy's least connections, and at two that are drawn elsewhere", () => {
    const choices = ["nginx", "haproxy", "traefik", "envoy"].map((name) => {
      const pick = undisturbedPath(modeUnder(modeNamed(name), balanceLeastRequest, "obeyed")).at(-1)?.pick;
      return pick?.kind === "least request" ? [pick.choices, pick.withReplacement] : [];
    });
    expect(choices).toEqual([
      [Number.POSITIVE_INFINITY, false],
      [Number.POSITIVE_INFINITY, false],
      [2, false],
      [2, true],
    ]);
  });

  it("has what its rules ask besides, obeyed or ignored, but not where somebody refuses them or has retries of its own", () => {
    const picksOf = (name: string, outcome: "obeyed" | "ignored" | "refused") =>
      picksUntilAnswered(undisturbedPath(modeUnder(modeNamed(name), outlierDetection, outcome)));
    expect([picksOf("proxyless", "ignored"), picksOf("sidecar", "obeyed"), picksOf("proxyless", "refused")]).toEqual([
      1, 1, 3,
    ]);
    expect(picksOf("gateway", "ignored")).toBe(picksUntilAnswered(undisturbedPath(modeNamed("gateway"))));
  });

  it("is asked in the first of its dialects that can say it, or in the one that is named", () => {
    const dialect = (...args: Parameters<typeof columnFor>) => columnFor(...args).dialect;
    expect(dialect(faultAbort, modeNamed("sidecar"), "local")).toBe("Istio");
    expect(() => dialect(faultAbort, modeNamed("sidecar"), "local", "GRPCRoute")).toThrow(
      "fault-abort cannot be asked of sidecar in GRPCRoute: on the local stage it knows Istio, GRPCRoute",
    );
    expect(() => dialect(faultAbort, modeNamed("watch"), "local")).toThrow("it knows gRPC service config");
  });

  it("is not asked in a dialect that the stage has no part for", () => {
    expect(() => columnFor(balanceLeastRequest, modeNamed("traefik"), "kubernetes")).toThrow("it knows GRPCRoute");
  });
});
