import { MODES } from "@grpc-lb-lab/modes";
import { formatMs } from "@grpc-lb-lab/report";
import { describe, expect, it } from "vitest";
import { madeUpTruth, triedCell } from "./testing/made-up-truth.ts";
import { truthPage } from "./truth-page.ts";

const TRUTH = madeUpTruth(MODES, 7);
const page = truthPage(TRUTH);

describe("the page", () => {
  it("needs no network and no script, and has no trace of a missing figure", () => {
    expect(page).not.toMatch(/<script|<link|<img|\burl\(|@import/);
    expect(page).not.toMatch(/\bundefined\b|NaN|\[object/);
  });

  it("has every policy once in the table, and its evidence where the table leads", () => {
    for (const { name } of TRUTH.policies) {
      expect(page.split(`href="#policy-${name}"`)).toHaveLength(2);
      expect(page.split(`id="policy-${name}"`)).toHaveLength(2);
    }
    const tried = TRUTH.cells.filter(({ is }) => is === "tried");
    expect(page.split("<details>")).toHaveLength(tried.length + 1);
    expect(page).toContain("<td>65 to 135 of 200</td>");
    expect(page).toContain("<code>kind: VirtualService\n</code>");
  });

  it.each([
    [undefined, ", which is not recorded,"],
    [{ outcome: "obeyed", words: "" }, ", as recorded,"],
    [{ outcome: "ignored", words: "0" }, ", not as recorded,"],
  ] as const)("says of each cell what came of it beside the record, %j", (recorded, beside) => {
    const cells = [triedCell({ policy: "made-up-policy-1", recorded })];
    expect(truthPage({ ...TRUTH, cells })).toContain(
      `<summary>some-mode (Istio): obeyed${beside} in ${formatMs(6_200)}: calls that end UNAVAILABLE: 97 of 200</summary>`,
    );
  });

  it("escapes what proxies and servers said", () => {
    const cells = [triedCell({ policy: "made-up-policy-1", problems: ["<b>no</b>"] })];
    const escaped = truthPage({ ...TRUTH, cells });
    expect(escaped).toContain("&lt;b&gt;no&lt;/b&gt;");
    expect(escaped).not.toContain("<b>");
  });

  it.each([
    [{}, "Nothing is recorded to compare with"],
    [{ recorded: { outcome: "obeyed", words: "" } }, "Every outcome is as recorded"],
    [{ recorded: { outcome: "ignored", words: "" } }, "1 of 1 cells are not as recorded"],
  ] as const)("says what it comes to: %j", (over, verdict) => {
    expect(truthPage({ ...TRUTH, cells: [triedCell(over)] })).toContain(verdict);
  });
});
