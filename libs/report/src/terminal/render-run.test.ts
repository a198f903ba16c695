import { describe, expect, it } from "vitest";
import { demoRun, skippedRun } from "../testing/demo-result.ts";
import { MISSED_SCHEDULE } from "../testing/with-client-limit.ts";
import { renderRun } from "./render-run.ts";

const ascii = { columns: 100, color: false, unicode: false };
const unicode = { columns: 100, color: false, unicode: true };

describe("a run in a terminal", () => {
  it("looks like this", async () => {
    await expect(renderRun(demoRun("headless", "rollout"), unicode)).toMatchFileSnapshot("snapshots/run-unicode.txt");
  });

  it("is nothing but ASCII where asked for, letters instead of colours", () => {
    const text = renderRun(demoRun("plain", "pod-crash"), ascii);
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toMatch(/c backend-3 c{40}/);
    expect(text).toContain("kube-proxy: a TCP forwarder that picks a pod per connection");
    expect(text).toContain("60 UNAVAILABLE, the first: read ECONNRESET <127.3.0.2:50051>");
  });

  it.each([60, 80])("fits %i columns", (columns) => {
    for (const options of [ascii, unicode]) {
      const lines = renderRun(demoRun("headless", "rollout"), { ...options, columns }).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    }
  });

  it("says at once where the client was the limit", () => {
    const run = { ...demoRun("plain", "share"), schedule: MISSED_SCHEDULE };
    expect(
      renderRun(run, { ...ascii, columns: 80 })
        .split("\n")
        .slice(0, 5),
    ).toEqual([
      "ok plain share: passed (local stage, 10.0 s)",
      "2000 of 2000 calls were answered by 1 of 4 pods.",
      "! the client was the limit, not the mode: it started 143 of 200 planned calls",
      "    per second, late by 12.0 ms (p50), 389 ms (p99), 403 ms (max)",
      "",
    ]);
  });

  it("shows a failed expectation and a pod that got no call", () => {
    expect(renderRun(demoRun("envoy", "rollout"), unicode)).toContain(
      "✗ rollout-failures: failed calls: expected ≤ 0, measured 2",
    );
    expect(renderRun(demoRun("plain", "scale-up"), unicode)).toContain("backend-5: none within the run");
  });

  it("shows a skipped run by its reason alone", () => {
    expect(renderRun(skippedRun("envoy", "share", "no Envoy here"), unicode)).toBe(
      "– envoy share: skipped (local stage, 0.00 s)\nno Envoy here\n",
    );
  });
});
