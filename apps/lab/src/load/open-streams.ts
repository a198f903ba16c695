/** The streams of a load that are open: those without an end of their own must be ended with it. */
export class OpenStreams {
  readonly #finish = new Set<() => void>();
  #isOver = false;

  /** Takes a stream that has been opened; `finish` ends it. The function that it returns forgets the stream, which has ended. */
  add(finish: () => void): () => void {
    this.#finish.add(finish);
    if (this.#isOver) finish();
    return () => this.#finish.delete(finish);
  }

  /** Ends all of them, and those that are opened later. */
  finishAll(): void {
    this.#isOver = true;
    for (const finish of this.#finish) finish();
  }
}
