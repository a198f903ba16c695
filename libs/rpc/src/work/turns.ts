import type { CallContext } from "../call-context.ts";

type Call = Pick<CallContext, "signal">;

/** Lets no more than so many calls work at once. Others wait their turn, first come, first served, as behind a pool of workers. */
export class Turns {
  readonly #atOnce: number;
  /** Those that wait, in the order in which they came. */
  readonly #line = new Set<() => void>();
  #working = 0;

  /** @param atOnce - how many; 0: all. */
  constructor(atOnce: number) {
    this.#atOnce = atOnce === 0 ? Number.POSITIVE_INFINITY : atOnce;
  }

  /**
   * Does `work` when it is the call's turn, which the next call gets as soon as `work` has ended.
   * @throws the signal's reason when the call is cancelled while it waits: it leaves the line at once.
   */
  async during(call: Call, work: () => Promise<void>): Promise<void> {
    await this.#turnOf(call);
    try {
      await work();
    } finally {
      this.#passOn();
    }
  }

  #turnOf({ signal }: Call): Promise<void> {
    signal.throwIfAborted();
    if (this.#working < this.#atOnce) {
      this.#working += 1;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin = () => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    const leave = () => {
      this.#line.delete(begin);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#line.add(begin);
    return promise;
  }

  /** The turn goes to the next in the line, so that nobody who comes meanwhile gets it. */
  #passOn(): void {
    const [next] = this.#line;
    if (next === undefined) {
      this.#working -= 1;
      return;
    }
    this.#line.delete(next);
    next();
  }
}
