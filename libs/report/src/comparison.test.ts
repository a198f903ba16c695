import type { Result, RunResult } from "@grpc-lb-lab/measure";
import { describe, expect, it } from "vitest";
import { compare, tally } from "./comparison.ts";
import { demoResult, demoRun, skippedRun } from "./testing/demo-result.ts";

const demo = demoResult();

function row(mode: string, runs: RunResult[]) {
  const result: Result = { ...demo, modes: demo.modes.filter((candidate) => candidate.mode === mode), runs };
  const [only] = compare([{ name: "result.json", result }]);
  if (only === undefined) throw new Error(`no row for ${mode}`);
  return only;
}

const texts = ({ cells }: ReturnType<typeof row>) => Object.values(cells).map(({ text }) => text);

describe("rows", () => {
  it("take each figure from its experiment", () => {
    const headless = row(
      "headless",
      demo.runs.filter(({ mode }) => mode === "headless"),
    );
    expect(texts(headless)).toEqual(["–", "1.00", "2.33 s", "1", "500 / 0", "5.9 ms", "12.4 ms"]);
    expect(headless.share?.experiment).toBe("share");
    expect(headless.verdict).toBe("as-expected");
  });

  it("say never where a new pod got no call", () => {
    const scaled = demoRun("watch", "scale-up");
    const half = {
      ...scaled,
      timeToFirstCallMs: [
        { pod: "a", ms: 12 },
        { pod: "b", ms: null },
      ],
    };
    expect(row("watch", [half]).cells.newPods.text).toBe("never");
    expect(row("watch", [{ ...scaled, timeToFirstCallMs: [] }]).cells.newPods.kind).toBe("absent");
  });

  it("leave experiments that were not run empty", () => {
    const only = row("watch", [demoRun("watch", "pod-crash")]);
    expect(texts(only)).toEqual(["–", "–", "–", "1", "–", "–", "–"]);
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
    expect(envoy.cells.rollout).toEqual({ kind: "value", text: "2", failed: true });
    expect(envoy.cells.crash.kind).toBe("skipped");
    expect(envoy.share).toBeUndefined();
  });

  it("do not read as expected when all runs were skipped", () => {
    expect(row("envoy", [skippedRun("envoy", "share", "no Envoy")]).verdict).toBe("skipped");
  });

  it("bring the files of a mode together, in the order of modes", () => {
    const rows = compare([
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
    expectations: 35,
    failedExpectations: 1,
  });
});
