import { expect } from "vitest";
import { type Difference, differences } from "./difference.ts";

/** Asserts that what is sent differs from the recording exactly where a reason is given: none without, and no reason that has become stale. */
export function expectDifferences(
  ours: unknown,
  recorded: unknown,
  reasons: Readonly<Partial<Record<Difference, string>>>,
): void {
  expect(recorded).toBeDefined();
  const sent: unknown = JSON.parse(JSON.stringify(ours));
  expect(differences(sent, recorded).sort()).toEqual(Object.keys(reasons).sort());
}
