import { expect, test } from "vitest";
import { deadlineAt } from "./deadline.ts";

const CAPS = { defaultMs: 5_000, maxMs: 60_000 };

test.each([
  [1_000, false, 980],
  [100, false, 95],
  [10, false, 9],
  [1, false, 0],
  [0, false, -1],
  [100_000, false, 59_980],
  [undefined, false, 4_980],
  [undefined, true, 59_980],
])("%s ms asked (streams: %s) leave %i ms", (askedMs, streams, leftMs) => {
  const beganMs = Date.now();
  const deadline = deadlineAt(askedMs, CAPS, streams);
  expect(deadline).toBeGreaterThanOrEqual(beganMs + leftMs);
  expect(deadline).toBeLessThanOrEqual(Date.now() + leftMs);
});
