import type { CallWindow } from "./call-window.ts";
import type { Percentiles } from "./latencies.ts";

/** How many seconds a trend goes back. */
export const TREND_SECONDS = 60;

/** A second of a trend; without calls it has no percentiles. */
export type TrendPoint = Percentiles | undefined;

/** The latency percentiles of each of the last {@link TREND_SECONDS} whole seconds. */
export class LatencyTrend {
  readonly #points: TrendPoint[] = Array.from({ length: TREND_SECONDS }, () => undefined);
  #next: number;

  /** Starts with `second`. */
  constructor(second: number) {
    this.#next = second;
  }

  /** Takes over the seconds that have ended before `second` from a window that has recorded nothing of `second` yet. */
  follow(second: number, window: CallWindow): void {
    if (second <= this.#next) return;
    this.#next = Math.max(this.#next, second - TREND_SECONDS);
    for (; this.#next < second; this.#next++) {
      this.#points.push(window.percentilesOf(this.#next));
      this.#points.shift();
    }
  }

  /** Oldest first, always {@link TREND_SECONDS} of them. */
  get points(): readonly TrendPoint[] {
    return [...this.#points];
  }
}
