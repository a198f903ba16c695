/** What was due longer ago than this is not made up for: a stall of the process must not end in a burst. */
const LONGEST_DEBT_MS = 100;
const MS_PER_SECOND = 1000;

/** Says how many calls are due, in an open loop: by the clock alone, however the calls before went. */
export class Pacer {
  #perSecond = 0;
  #dueMs = 0;

  /** From now on `perSecond` calls a second, the first of them at once. */
  setRate(perSecond: number, nowMs: number): void {
    this.#perSecond = perSecond;
    this.#dueMs = nowMs;
  }

  /** The calls that have become due since this was last asked. */
  take(nowMs: number): number {
    if (this.#perSecond <= 0 || nowMs < this.#dueMs) return 0;
    this.#dueMs = Math.max(this.#dueMs, nowMs - LONGEST_DEBT_MS);
    const intervalMs = MS_PER_SECOND / this.#perSecond;
    const due = Math.floor((nowMs - this.#dueMs) / intervalMs) + 1;
    this.#dueMs += due * intervalMs;
    return due;
  }

  /** Until the next call is due, in ms; undefined when none ever is. */
  waitMs(nowMs: number): number | undefined {
    return this.#perSecond <= 0 ? undefined : Math.max(0, this.#dueMs - nowMs);
  }
}
