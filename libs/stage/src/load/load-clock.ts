/** Offset of another monotonic clock to the lab's, and by how much it may be wrong. */
export interface ClockOffset {
  /** The other clock minus the lab's. */
  readonly offsetMs: number;
  /** Half the round trip that it was taken from. */
  readonly uncertaintyMs: number;
}

/** The first answer comes only when the program has started; the next ones are quick. */
const ROUND_TRIPS = 5;

/** Learns the offset of a load program's clock as NTP does: of several round trips the shortest counts. */
export class LoadClock {
  readonly #send: (id: number) => void;
  readonly #nowMs: () => number;
  #asked = 0;
  #askedAtMs = 0;
  #best: ClockOffset | undefined;

  /** @param send - hands the program the question with this id. */
  constructor(send: (id: number) => void, nowMs: () => number) {
    this.#send = send;
    this.#nowMs = nowMs;
  }

  ask(): void {
    this.#asked += 1;
    this.#askedAtMs = this.#nowMs();
    this.#send(this.#asked);
  }

  /** Takes the answer, and asks again until there were enough. */
  take(id: number, theirMs: number): void {
    if (id !== this.#asked) return;
    const nowMs = this.#nowMs();
    const uncertaintyMs = (nowMs - this.#askedAtMs) / 2;
    if (uncertaintyMs < (this.#best?.uncertaintyMs ?? Number.POSITIVE_INFINITY)) {
      this.#best = { offsetMs: theirMs - (nowMs - uncertaintyMs), uncertaintyMs };
    }
    if (this.#asked < ROUND_TRIPS) this.ask();
  }

  /**
   * What is known by now. Within the uncertainty both clocks may be one, as they are for processes of one machine: then no
   * correction is best.
   * @throws Error before the first answer.
   */
  get offset(): ClockOffset {
    if (this.#best === undefined) throw new Error("lab load began before it sent its clock");
    const { offsetMs, uncertaintyMs } = this.#best;
    return { offsetMs: Math.abs(offsetMs) <= uncertaintyMs ? 0 : offsetMs, uncertaintyMs };
  }
}
