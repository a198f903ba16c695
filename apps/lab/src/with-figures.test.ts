import { brokenRun, EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { RESULT_SCHEMA, Result } from "@grpc-lb-lab/measure";
import { renderComparison } from "@grpc-lb-lab/report";
import * as v from "valibot";
import { expect, it } from "vitest";
import { CATALOGUE } from "./catalogue.ts";
import { withFigures } from "./with-figures.ts";

/** A result as a lab wrote it before results had figures. */
function olderResult(): Result {
  const [share] = EXPERIMENTS;
  if (share === undefined) throw new Error("there is no experiment");
  const { figures: _, ...run } = brokenRun("headless", share, "local", "");
  const calls = { ...run.calls, total: 4, ok: 4 };
  const { figures: __, ...measured } = { ...run, status: "passed", calls, evenness: 0.5, figures: [] };
  return v.parse(Result, {
    schema: RESULT_SCHEMA,
    ok: true,
    startedAt: new Date(0).toISOString(),
    durationMs: 1,
    options: {},
    seed: 1,
    environment: {
      lab: "0",
      node: "24",
      grpcJs: "1",
      grpcJsXds: "1",
      envoy: null,
      os: "-",
      cpus: 2,
      cpuModel: "-",
      memoryMiB: 1,
    },
    modes: [{ mode: "headless", balancer: "the client", source: "DNS", summary: "All answered." }],
    runs: [measured],
  });
}

it("gives the runs of an older result the figures of their experiments, so that comparisons have their columns", () => {
  const result = withFigures(olderResult(), CATALOGUE);
  expect(result.runs[0]?.figures.find(({ id }) => id === "evenness")).toMatchObject({ values: [0.5] });
  expect(result.modes[0]?.isBaseline).toBe(true);
  const shown = renderComparison([{ name: "", result }], { columns: 100, color: false, unicode: false });
  expect(shown).toMatch(/even +p50 +p99/);
});

it("tells over how many calls the percentiles of an older result are, so that they are marked beside failed calls", () => {
  const older = olderResult();
  const runs = older.runs.map((run) => ({
    ...run,
    calls: { ...run.calls, ok: 3, failed: 1 },
    figures: [{ id: "p50", heading: ["", "p50"] as ["", "p50"], unit: "ms" as const, values: [1], rank: 1 }],
  }));
  const result = withFigures({ ...older, runs }, CATALOGUE);
  expect(result.runs[0]?.figures).toEqual([{ ...runs[0]?.figures[0], overCalls: 3 }]);
  const shown = renderComparison([{ name: "", result }], { columns: 100, color: false, unicode: false });
  expect(shown).toMatch(/1\.0 ms\*[\s\S]*\n\* over answered calls only: 3 of 4 in headless share\n/);
});
