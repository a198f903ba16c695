const FIRST_MS = 10;

/**
 * Slows down who calls again as soon as a call has ended: where nothing listens calls fail at once, and the next ones would follow without
 * end. The pause is 10 ms after a failed call, twice as long after each further one in a row, and never longer than `mostMs`.
 */
export class BackOff {
  readonly #mostMs: number;
  #failuresInARow = 0;

  /** @param mostMs - the longest pause. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** Takes how a call ended, and gives the pause in ms before the next one: 0 after an answer, or when the call took longer itself. */
  after(failed: boolean, tookMs = 0): number {
    this.#failuresInARow = failed ? this.#failuresInARow + 1 : 0;
    if (!failed) return 0;
    return Math.max(0, Math.min(this.#mostMs, FIRST_MS * 2 ** (this.#failuresInARow - 1)) - tookMs);
  }
}
