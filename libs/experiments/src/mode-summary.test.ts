import type { RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { modeSummaries } from "./mode-summary.ts";
import { rollout } from "./rollout/rollout.ts";
import { skippedRun } from "./run-result.ts";
import { share } from "./share/share.ts";
import { renamed } from "./testing/renamed-modes.ts";

function run(mode: string, experiment: string, fields: Partial<RunResult>): RunResult {
  return { ...skippedRun(mode, { name: experiment, figures: [] }, "local", ""), status: "passed", ...fields };
}

const plain = renamed("plain");
const watch = renamed("watch");

describe("the summary of a mode", () => {
  it("tells who balances and from what, and joins the runs into one sentence", () => {
    const runs = [
      run(plain.name, "share", { summary: "1 of 4 pods answered, 400 calls, evenness 0.250." }),
      run(watch.name, "share", { summary: "All 4 pods answered, 100 calls each, evenness 1.000." }),
      run(plain.name, "scale-up", { summary: "2 new pods got no call at all." }),
    ];
    expect(modeSummaries(runs, [plain, watch], watch)).toEqual([
      {
        mode: plain.name,
        balancer: "kube-proxy, per connection",
        source: "the Service",
        isBaseline: false,
        summary: "1 of 4 pods answered, 400 calls, evenness 0.250; 2 new pods got no call at all.",
      },
      expect.objectContaining({
        mode: watch.name,
        isBaseline: true,
        summary: "All 4 pods answered, 100 calls each, evenness 1.000.",
      }),
    ]);
  });

  it("says once what several runs say", () => {
    const skipped = [share, rollout].map((experiment) =>
      skippedRun("some mode", experiment, "local", "no Envoy can be had"),
    );
    expect(modeSummaries(skipped, [], watch)[0]?.summary).toBe("Skipped: no Envoy can be had.");
  });
});
