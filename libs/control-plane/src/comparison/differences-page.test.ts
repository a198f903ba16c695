import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Reasons } from "./expect-differences.ts";
import { BOOTSTRAP_DIFFERENCES, LOCAL_STAGE_DIFFERENCES, PROXYLESS_DIFFERENCES } from "./proxyless-differences.ts";

const page = readFileSync(new URL("../../../../docs/control-plane.md", import.meta.url), "utf8");

/** The items of a heading's list. */
function listUnder(heading: string): string[] {
  const [, section = ""] = page.split(`\n### ${heading}\n`);
  const [own = ""] = section.split(/\n##/);
  return own.split("\n").filter((line) => line.startsWith("- "));
}

test.each<[string, Reasons]>([
  ["With the rules of the overlay", PROXYLESS_DIFFERENCES],
  ["On the local stage", LOCAL_STAGE_DIFFERENCES],
  ["The bootstrap", BOOTSTRAP_DIFFERENCES],
])("docs/control-plane.md lists every difference: %s", (heading, reasons) => {
  expect(listUnder(heading)).toEqual(Object.entries(reasons).map(([path, reason]) => `- \`${path}\`: ${reason}`));
});
