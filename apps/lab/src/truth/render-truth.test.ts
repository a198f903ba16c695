import { MODES } from "@grpc-lb-lab/modes";
import { columnsOf } from "@grpc-lb-lab/policies";
import { describe, expect, it } from "vitest";
import { renderTruth } from "./render-truth.ts";
import { madeUpTruth, triedCell } from "./testing/made-up-truth.ts";

const TRUTH = madeUpTruth(MODES, 7);
const lines = (columns: number, result = TRUTH) =>
  renderTruth(result, { columns, color: false, unicode: true }).split("\n");
const headsOf = (text: readonly string[]) =>
  text.filter((line) => line.startsWith("policy ")).map((line) => line.split(/ +/).slice(1));

describe("the table", () => {
  it.each([60, 80, 100])("has every column and policy within %i columns", (columns) => {
    const text = lines(columns);
    expect(Math.max(...text.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(headsOf(text).flat()).toEqual(columnsOf(MODES).map(({ dialect }) => dialect.split(" ")[0]));
    const parts = headsOf(text).length;
    for (const { name } of TRUTH.policies) {
      expect(text.filter((line) => line.startsWith(`${name} `) && !line.includes("under"))).toHaveLength(parts);
    }
  });

  it("has fewer parts where there is more room", () => {
    expect(headsOf(lines(100)).length).toBeLessThan(headsOf(lines(80)).length);
  });

  it("shows outcomes with their times, and what has none", () => {
    const row = lines(100).find((line) => line.startsWith("made-up-policy-1 "));
    expect(row?.split(/ {2,}/)).toEqual(["made-up-policy-1", "obeyed 6s", "–", "ignored 12s", "skipped", "refused 6s"]);
  });

  it("marks what is obeyed as without the rule, and says so once", () => {
    const cell = { mode: "plain", dialect: "gRPC service config", policy: "made-up-policy-1" };
    const [, ...others] = TRUTH.cells;
    const text = lines(100, { ...TRUTH, cells: [triedCell({ ...cell, asWithoutRule: true }), ...others] });
    expect(text.find((line) => line.startsWith("made-up-policy-1 "))).toContain(" obeyed* 6s ");
    expect(text.filter((line) => line.includes("* as without the rule"))).toHaveLength(1);
    expect(lines(100).join()).not.toContain("as without the rule");
  });

  it("marks another outcome than the recorded one, and says both with their figures", () => {
    const recorded = { outcome: "ignored", words: "0 of 200" } as const;
    const [, ...others] = TRUTH.cells;
    const changed = triedCell({ mode: "plain", dialect: "gRPC service config", policy: "made-up-policy-1", recorded });
    const cells = [changed, ...others];
    const text = lines(100, { ...TRUTH, cells });
    expect(text.find((line) => line.startsWith("made-up-policy-1 "))).toContain(" !obeyed 6s ");
    expect(text.join(" ").replace(/\s+/g, " ")).toContain(
      "made-up-policy-1 under plain (gRPC): obeyed (calls that end UNAVAILABLE: 97 of 200), but ignored is recorded (0 of 200)",
    );
  });

  it("explains what was refused, differs or was skipped, and names stage and versions", () => {
    const text = lines(100).join(" ").replace(/\s+/g, " ");
    expect(text).toContain("made-up-policy-5 under plain (gRPC): refused: the client (NACK): no percentage");
    expect(text).toContain("made-up-policy-6 under plain (gRPC): differs: every call hangs until its deadline");
    expect(text).toContain("gateway (GRPCRoute): the file provider stands in for the Gateway provider");
    expect(text).toContain("on the local stage in 1234.0 s, with grpc-js 1.14.7, envoy 1.40.0");
  });

  it("has the figures of a few cells with their bounds, and leaves those of many to the page", () => {
    const text = lines(100, { ...TRUTH, cells: [triedCell({ policy: "made-up-policy-1" })] });
    expect(text.join(" ").replace(/\s+/g, " ")).toContain(
      "What the outcomes rest on made-up-policy-1 under some-mode (Istio): obeyed: calls that end UNAVAILABLE: 97 of 200, bound 65 to 135 of 200",
    );
    expect(lines(100).join(" ")).not.toContain("What the outcomes rest on");
  });

  it.each([
    [{}, "Nothing is recorded to compare with"],
    [{ recorded: { outcome: "obeyed", words: "" } }, "Every outcome is as recorded"],
    [{ recorded: { outcome: "ignored", words: "" } }, "1 of 1 cells are not as recorded"],
  ] as const)("says what it comes to: %j", (over, verdict) => {
    expect(lines(100, { ...TRUTH, cells: [triedCell(over)] }).join("\n")).toContain(verdict);
  });

  it("says once why cells could not be tried, and counts them where they are many", () => {
    const cells = TRUTH.cells.map(({ mode, dialect, policy }) => {
      const reason = policy === "made-up-policy-1" ? "port 1 is taken" : "interrupted before it was done";
      return { mode, dialect, policy, is: "failed" as const, reason };
    });
    const text = lines(100, { ...TRUTH, cells })
      .join(" ")
      .replace(/\s+/g, " ");
    expect(text).toContain("made-up-policy-1 under plain (gRPC), headless (gRPC),");
    expect(text).toContain("6 policies under plain (gRPC), headless (gRPC),");
    expect(text.split("interrupted before it was done")).toHaveLength(2);
  });
});
