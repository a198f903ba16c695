/** Settings of a {@link Backoff}. */
export interface BackoffOptions {
  /** The first wait before jitter. */
  readonly initialMs: number;
  /** The longest wait before jitter. */
  readonly maxMs: number;
  /** A number in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/** Waits that double from one failure to the next, each shortened by up to half at random so that clients spread out. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Counts a failure and returns the milliseconds to wait after it. */
  next(): number {
    const { initialMs, maxMs, random = Math.random } = this.#options;
    const ms = Math.min(maxMs, initialMs * 2 ** this.#failures);
    this.#failures += 1;
    return ms * (1 - random() / 2);
  }

  /** Whether there was no failure since the last success. */
  get isFresh(): boolean {
    return this.#failures === 0;
  }

  /** Notes a success: the next wait is the first one again. */
  reset(): void {
    this.#failures = 0;
  }
}
