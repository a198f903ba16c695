import { type Result, seededRandom } from "@grpc-lb-lab/measure";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { NamedResult } from "./comparison.ts";
import { renderHtml } from "./html/render-html.ts";
import { renderComparison } from "./terminal/render-comparison.ts";
import { renderRun } from "./terminal/render-run.ts";
import { demoResult } from "./testing/demo-result.ts";
import { METERED_RESULTS } from "./testing/metered-result.ts";
import { withExperiment } from "./testing/with-experiment.ts";

const TERMINAL = { columns: 100, color: false, unicode: true };

describe("an experiment that the report has never heard of", () => {
  const figures: Result["runs"][number]["figures"] = [
    { id: "notice", heading: ["until", "noticed"], unit: "ms", values: [1500], rank: 1 },
    { id: "lost", heading: ["lost", "calls"], unit: "calls", values: [1234, 0], rank: 2 },
  ];
  const results = [{ name: "a", result: withExperiment(demoResult(), "blackout", figures) }];

  it("has its columns in the terminal, under their headings", () => {
    const [upper, lower, , ...rows] = renderComparison(results, TERMINAL).split("\n");
    expect(upper).toMatch(/^ +until +lost share of/);
    expect(lower).toMatch(/^mode +noticed +calls each pod/);
    expect(rows[0]).toMatch(/^plain +1\.50 s 1,234 \/ 0 █/);
  });

  it("has its columns in the page, with its name below their headings", () => {
    const { document } = parseHTML(renderHtml(results));
    const texts = (selector: string) => [...document.querySelectorAll(selector)].map(({ innerHTML }) => innerHTML);
    expect(texts("#comparison + .scroll thead th").slice(2, 4)).toEqual([
      'until<br>noticed<span class="experiment">blackout</span>',
      'lost<br>calls<span class="experiment">blackout</span>',
    ]);
    expect(texts("#comparison + .scroll tbody tr:first-child td").slice(1, 3)).toEqual(["1.50 s", "1,234 / 0"]);
  });
});

describe("names of modes, experiments and stages", () => {
  const results = [{ name: "demo.json", result: demoResult() }, ...METERED_RESULTS];
  const renames = randomNames(results);
  const renamed = results.map(({ name, result }) => ({ name, result: rename(result, renames) }));
  const restore = (text: string) =>
    [...renames].reduce((restored, [original, random]) => restored.replaceAll(random, original), text);

  it("make no difference to the comparison", () => {
    for (const columns of [80, 100]) {
      const options = { ...TERMINAL, columns };
      const text = renderComparison(renamed, options);
      expect(text).not.toContain("proxyless:");
      expect(restore(text)).toBe(renderComparison(results, options));
    }
  });

  it("make no difference to the page", () => {
    expect(restore(renderHtml(renamed))).toBe(renderHtml(results));
  });

  it("make no difference to a run", () => {
    const texts = (of: readonly NamedResult[]) =>
      of.flatMap(({ result }) => result.runs).map((run) => renderRun(run, TERMINAL));
    expect(texts(renamed).map(restore)).toEqual(texts(results));
  });
});

/** A random name of the same length for each, of letters that no text of the report has in such a row. */
function randomNames(results: readonly NamedResult[]): Map<string, string> {
  const random = seededRandom(7);
  const letters = "jkqvwxyz";
  const letter = () => letters[Math.floor(random() * letters.length)] ?? "";
  const runs = results.flatMap(({ result }) => result.runs);
  const names = new Set(runs.flatMap(({ mode, experiment, stage }) => [mode, experiment, stage]));
  return new Map([...names].map((name) => [name, Array.from(name, letter).join("")]));
}

function rename(result: Result, names: ReadonlyMap<string, string>): Result {
  const renamed = (name: string) => names.get(name) ?? name;
  return {
    ...result,
    modes: result.modes.map((mode) => ({ ...mode, mode: renamed(mode.mode) })),
    runs: result.runs.map((run) => ({
      ...run,
      mode: renamed(run.mode),
      experiment: renamed(run.experiment),
      stage: renamed(run.stage),
    })),
  };
}
