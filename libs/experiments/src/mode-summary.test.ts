import type { RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { modeSummaries } from "./mode-summary.ts";
import { skippedRun } from "./run-result.ts";

function run(mode: string, experiment: string, fields: Partial<RunResult>): RunResult {
  return { ...skippedRun(mode, experiment, "local", ""), status: "passed", ...fields };
}

describe("the summary of a mode", () => {
  it("tells who balances and from what, and joins the runs into one sentence", () => {
    const runs = [
      run("plain", "share", { summary: "1 of 4 pods answered, 400 calls, evenness 0.250." }),
      run("watch", "share", { summary: "All 4 pods answered, 100 calls each, evenness 1.000." }),
      run("plain", "scale-up", { summary: "2 new pods got no call at all." }),
    ];
    expect(modeSummaries(runs)).toEqual([
      {
        mode: "plain",
        balancer: "kube-proxy, per connection",
        source: "the Service",
        summary: "1 of 4 pods answered, 400 calls, evenness 0.250; 2 new pods got no call at all.",
      },
      expect.objectContaining({ mode: "watch", summary: "All 4 pods answered, 100 calls each, evenness 1.000." }),
    ]);
  });

  it("says once what several runs say", () => {
    const skipped = ["share", "rollout"].map((name) => skippedRun("envoy", name, "local", "no Envoy can be had"));
    expect(modeSummaries(skipped)[0]?.summary).toBe("Skipped: no Envoy can be had.");
  });
});
