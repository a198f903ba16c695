/** The most connections that are remembered, so that memory is bounded whatever clients do. */
const MOST = 1_000;

/** The connections on which calls have come, by the address and port of their other end. */
export class ConnectionsSeen {
  readonly #now: () => number;
  readonly #spans = new Map<string, { readonly firstMs: number; lastMs: number }>();

  /** @param now - a monotonic clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(peer: string): void {
    const nowMs = this.#now();
    const span = this.#spans.get(peer);
    if (span !== undefined) span.lastMs = nowMs;
    else if (this.#spans.size < MOST) this.#spans.set(peer, { firstMs: nowMs, lastMs: nowMs });
  }

  get count(): number {
    return this.#spans.size;
  }

  /** From the first call to the last on one connection, in ms; 0 while there was none. */
  get longestMs(): number {
    return Math.max(0, ...Array.from(this.#spans.values(), ({ firstMs, lastMs }) => lastMs - firstMs));
  }
}
