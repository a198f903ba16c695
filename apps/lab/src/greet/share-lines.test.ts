import { expect, it } from "vitest";
import { shareLines } from "./share-lines.ts";

const CALLS = new Map([
  ["backend-10-6c9d8b7f54-x2x9q", 1],
  ["backend-9-6c9d8b7f54-k8s2v", 1_234_567],
]);

it.each([
  [60, 14],
  [80, 34],
  [200, 40],
])("in %i columns a bar has room for %i characters", (columns, room) => {
  const lines = shareLines(CALLS, { columns, color: false, unicode: false });
  expect(lines[0]).toMatch(/^backend-9-\S+ {3}#+ 100\.0 % {2}1234567$/);
  expect(lines[0]?.match(/#+/)?.[0]).toHaveLength(room);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
});

it("is drawn in blocks where those can be shown", () => {
  const lines = shareLines(new Map([["backend-1", 3]]), { columns: 80, color: true, unicode: true });
  expect(lines).toEqual([`backend-1  ${"█".repeat(40)} 100.0 %  3`]);
});
