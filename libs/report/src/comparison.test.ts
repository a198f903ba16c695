import type { Result, RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { compare, tally } from "./comparison.ts";
import { demoResult, demoRun, skippedRun } from "./testing/demo-result.ts";

const demo = demoResult();

function row(mode: string, runs: RunResult[]) {
  const result: Result = { ...demo, modes: demo.modes.filter((candidate) => candidate.mode === mode), runs };
  const { columns, rows } = compare([{ name: "result.json", result }]);
  const [only] = rows;
  if (only === undefined) throw new Error(`no row for ${mode}`);
  const cell = (experiment: string, id: string) =>
    only.cells[columns.findIndex((column) => column.experiment === experiment && column.id === id)];
  return { ...only, cell };
}

describe("rows", () => {
  it("have every figure of their runs, by rank", () => {
    const runs = demo.runs.filter(({ mode }) => mode === "headless");
    const { columns, rows } = compare([{ name: "result.json", result: { ...demo, runs: runs.toReversed() } }]);
    expect(columns.map(({ experiment, id }) => `${experiment} ${id}`)).toEqual([
      "share share",
      "share evenness",
      "scale-up first-call",
      "pod-crash failed",
      "rollout failed",
      "share p50",
      "share p99",
    ]);
    const headless = rows.find(({ mode }) => mode === "headless");
    expect(headless?.cells.map(({ text }) => text)).toEqual([
      "",
      "1.00",
      "2.33 s",
      "1",
      "500 / 0",
      "5.9 ms",
      "12.4 ms",
    ]);
    expect(headless?.cells[0]?.pods).toHaveLength(4);
    expect(headless?.verdict).toBe("as-expected");
  });

  it("leave experiments that were not run empty", () => {
    const result = { ...demo, runs: [demoRun("watch", "pod-crash"), demoRun("plain", "scale-up")] };
    const watch = compare([{ name: "a", result }]).rows.find(({ mode }) => mode === "watch");
    expect(watch?.cells.map(({ text }) => text)).toEqual(["–", "1"]);
    expect(row("watch", []).verdict).toBe("none");
  });

  it("tell a failed expectation, an unfinished run and a skipped run apart", () => {
    const envoy = row("envoy", [
      demoRun("envoy", "rollout"),
      { ...skippedRun("envoy", "share", "the pods did not start"), status: "failed" },
      skippedRun("envoy", "pod-crash", "no Envoy"),
    ]);
    expect(envoy.verdict).toBe("differs");
    expect(envoy.problems.map(({ kind, experiment, reason }) => [kind, experiment, reason])).toEqual([
      ["expectation", "rollout", ""],
      ["unfinished", "share", "the pods did not start"],
      ["skipped", "pod-crash", "no Envoy"],
    ]);
    expect(envoy.problems[0]?.expectation?.id).toBe("rollout-failures");
    expect(envoy.cell("rollout", "failed")).toEqual({ kind: "value", text: "2", pods: [], failed: true });
    expect(envoy.cell("pod-crash", "failed")?.kind).toBe("skipped");
    expect(envoy.cell("share", "share")).toEqual({ kind: "absent", text: "–", pods: [], failed: true });
  });

  it("do not read as expected when all runs were skipped", () => {
    expect(row("envoy", [skippedRun("envoy", "share", "no Envoy")]).verdict).toBe("skipped");
  });

  it("bring the files of a mode together, in the order of modes", () => {
    const { rows } = compare([
      { name: "a", result: demo },
      { name: "b", result: { ...demo, modes: demo.modes.toReversed() } },
    ]);
    expect(rows.slice(0, 4).map(({ mode, file }) => `${mode} ${file}`)).toEqual([
      "plain a",
      "plain b",
      "headless a",
      "headless b",
    ]);
    expect(rows).toHaveLength(12);
  });
});

it("tallies runs and expectations, skipped runs apart", () => {
  expect(tally([{ name: "a", result: demo }])).toEqual({
    runs: 23,
    skipped: 1,
    failedRuns: 1,
    limitedRuns: 0,
    expectations: 35,
    failedExpectations: 1,
  });
});
