/** Something that happens at a time. */
interface Timed<Event> {
  readonly atMs: number;
  readonly event: Event;
}

/** Events in the order of their times: a binary heap. */
export class EventQueue<Event> {
  readonly #heap: Timed<Event>[] = [];

  push(atMs: number, event: Event): void {
    const heap = this.#heap;
    let at = heap.push({ atMs, event }) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#atMs(parent) <= atMs) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the first event if it is not after `untilMs`. */
  popUntil(untilMs: number): Timed<Event> | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.atMs > untilMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: Timed<Event>): void {
    this.#heap[0] = event;
    let at = 0;
    while (true) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = this.#atMs(right) < this.#atMs(left) ? right : left;
      if (this.#atMs(child) >= event.atMs) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #atMs(at: number): number {
    return this.#heap[at]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]] as [Timed<Event>, Timed<Event>];
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
