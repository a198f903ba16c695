import type { CallRecord } from "./call-record.ts";

/**
 * The longest time without service in ms: from the intended start of a failed call to the intended start of the next call that
 * was answered (or the last call, when none was). 0 when no call failed.
 */
export function longestGapMs(records: readonly CallRecord[]): number {
  const ordered = [...records].sort((a, b) => a.startMs - b.startMs);
  let longest = 0;
  let gapBeganMs: number | undefined;
  for (const { code, startMs } of ordered) {
    if (code !== 0) gapBeganMs ??= startMs;
    if (gapBeganMs !== undefined) longest = Math.max(longest, startMs - gapBeganMs);
    if (code === 0) gapBeganMs = undefined;
  }
  return longest;
}
