import type { CallVia, FinishedCall } from "../backend/finished-call.ts";

/** A call as it is drawn. */
export interface CallSample {
  readonly pod: string | undefined;
  readonly code: number;
  readonly latencyMs: number;
  readonly via: CallVia;
}

/**
 * Keeps at most `most` calls of those since the last {@link take}, each with the same chance, so that what is drawn has the shares of
 * what was counted. Source: Vitter, "Random Sampling with a Reservoir" (1985), algorithm R.
 */
export class CallSamples {
  readonly #most: number;
  readonly #random: () => number;
  #seen = 0;
  #kept: CallSample[] = [];

  constructor(most: number, random: () => number) {
    this.#most = most;
    this.#random = random;
  }

  add({ pod, code, latencyMs, via }: FinishedCall): void {
    const place = this.#seen < this.#most ? this.#seen : Math.floor(this.#random() * (this.#seen + 1));
    this.#seen++;
    if (place < this.#most) this.#kept[place] = { pod, code, latencyMs, via };
  }

  /** The sample so far; starts anew. */
  take(): readonly CallSample[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#seen = 0;
    return kept;
  }
}
