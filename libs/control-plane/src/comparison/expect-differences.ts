import { expect } from "vitest";
import { type Difference, type DifferencePath, differences } from "./difference.ts";

/** Why what is sent differs from a recording, by where it does; `*` in a path stands for anything. */
export type Reasons = Readonly<Partial<Record<DifferencePath, string>>>;

/** Asserts that what is sent differs from the recording exactly where a reason is given: none without, and no reason that has become stale. */
export function expectDifferences(ours: unknown, recorded: unknown, reasons: Reasons): void {
  expect(recorded).toBeDefined();
  const found = differences(JSON.parse(JSON.stringify(ours)), recorded);
  const patterns = Object.keys(reasons);
  const unlisted = found.filter(({ path }) => !patterns.some((pattern) => matches(pattern, path)));
  const stale = patterns.filter((pattern) => !found.some(({ path }) => matches(pattern, path)));
  const complaints = [...unlisted.map(described), ...stale.map((pattern) => `no difference any more: ${pattern}`)];
  if (complaints.length > 0) expect.fail(complaints.join("\n"));
}

function matches(pattern: string, path: DifferencePath): boolean {
  return new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`).test(path);
}

function described({ path, ours, recorded }: Difference): string {
  return `no reason is given for: ${path}\n  recorded: ${JSON.stringify(recorded)}\n  ours:     ${JSON.stringify(ours)}`;
}
