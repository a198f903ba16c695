import { seededRandom } from "@grpc-lb-lab/measure";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage/load-lines";

/** Repeatable, as all that is random in a load. */
const SEED = 1;

/** A rate that is to come into force. */
interface Change {
  readonly atMs: number;
  /** The mean time from one call to the next. */
  readonly meanMs: number;
}

/** When the calls of an open loop are due, one after the other, at a rate that may change. Times in ms of the monotonic clock. */
export class DueTimes {
  /** The time from one call to the next, as a part of the mean. */
  readonly #gap: () => number;
  /** Changes that no call has reached yet, in their order. */
  readonly #changes: Change[] = [];
  #meanMs: number;
  #nextMs: number;

  /** @param beganAtMs - when the first is due. */
  constructor(ratePerSecond: number, arrivals: CompleteLoadSpec["arrivals"], beganAtMs: number) {
    this.#meanMs = 1_000 / ratePerSecond;
    this.#nextMs = beganAtMs;
    const random = seededRandom(SEED);
    this.#gap = arrivals === "even" ? () => 1 : () => -Math.log(1 - random());
  }

  /** When the next call is due. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Goes on to the call after it. */
  advance(): void {
    this.#nextMs = this.#changed(this.#nextMs + this.#gap() * this.#meanMs);
  }

  /** Changes the rate at a time, no sooner than at the change before. Calls that were due by then, begun or not, stay due when they were. */
  setRate(ratePerSecond: number, atMs: number): void {
    this.#changes.push({ atMs, meanMs: 1_000 / ratePerSecond });
    this.#nextMs = this.#changed(this.#nextMs);
  }

  /**
   * When a call is due that would be so at the rate in force: of the time that is left of its gap when the rate changes, a part that is as many times shorter as
   * the rate is higher. So even calls stay even, and those at random a Poisson process.
   */
  #changed(dueMs: number): number {
    let changedMs = dueMs;
    for (let [change] = this.#changes; change !== undefined && changedMs > change.atMs; [change] = this.#changes) {
      changedMs = change.atMs + ((changedMs - change.atMs) * change.meanMs) / this.#meanMs;
      this.#meanMs = change.meanMs;
      this.#changes.shift();
    }
    return changedMs;
  }
}
