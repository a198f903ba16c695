import { Latencies, type Percentiles } from "./latencies.ts";

/** How many seconds the sliding window covers: the current one and those before it. */
export const WINDOW_SECONDS = 10;

/** What the window holds. */
export interface WindowSummary {
  /** Calls that ended OK. */
  readonly answered: number;
  readonly failed: number;
  /** Of the answered calls; undefined without any. */
  readonly latencyMs: Percentiles | undefined;
}

/** One second of calls. */
interface Slot {
  second: number;
  answered: number;
  readonly errors: Map<number, number>;
  readonly latencies: Latencies;
}

/** Counts calls over the last {@link WINDOW_SECONDS} s: a ring of one-second slots, each emptied when its turn comes again. */
export class CallWindow {
  readonly #slots: readonly Slot[] = Array.from({ length: WINDOW_SECONDS }, () => ({
    second: -1,
    answered: 0,
    errors: new Map(),
    latencies: new Latencies(),
  }));
  readonly #merged = new Latencies();

  /** Counts a call that ended in `second`, a whole number that never falls. */
  record(second: number, code: number, latencyMs: number): void {
    const slot = this.#slotOf(second);
    if (code !== 0) {
      slot.errors.set(code, (slot.errors.get(code) ?? 0) + 1);
      return;
    }
    slot.answered++;
    slot.latencies.record(latencyMs);
  }

  /** Everything in the window that ends with `second`. */
  summary(second: number): WindowSummary {
    this.#merged.reset();
    let answered = 0;
    for (const slot of this.#live(second)) {
      answered += slot.answered;
      if (slot.answered > 0) this.#merged.add(slot.latencies);
    }
    const failed = [...this.errors(second).values()].reduce((sum, count) => sum + count, 0);
    return { answered, failed, latencyMs: this.#merged.percentiles() };
  }

  /** Failed calls in the window by gRPC code. */
  errors(second: number): ReadonlyMap<number, number> {
    const errors = new Map<number, number>();
    for (const slot of this.#live(second)) {
      for (const [code, count] of slot.errors) errors.set(code, (errors.get(code) ?? 0) + count);
    }
    return errors;
  }

  /** The percentiles of one second that is still in the window; undefined without answered calls. */
  percentilesOf(second: number): Percentiles | undefined {
    return this.#slots.find((slot) => slot.second === second)?.latencies.percentiles();
  }

  #live(second: number): Slot[] {
    return this.#slots.filter((slot) => slot.second > second - WINDOW_SECONDS && slot.second <= second);
  }

  #slotOf(second: number): Slot {
    const slot = this.#slots[second % WINDOW_SECONDS];
    if (slot === undefined) throw new RangeError(`second must be a whole number from 0, not ${second}`);
    if (slot.second !== second) {
      slot.second = second;
      slot.answered = 0;
      slot.errors.clear();
      slot.latencies.reset();
    }
    return slot;
  }
}
