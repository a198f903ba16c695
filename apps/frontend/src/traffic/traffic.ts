import type { CallKind } from "../backend/finished-call.ts";
import type { Greeter } from "../backend/greeter.ts";
import { makeCall } from "./make-call.ts";
import { Pacer } from "./pacer.ts";

/** Most calls per second that the page may ask for. */
export const MOST_PER_SECOND = 5000;

/** What load the page asks for. */
export interface TrafficSettings {
  /** Calls per second, 0 to {@link MOST_PER_SECOND}. */
  readonly rate: number;
  readonly kind: CallKind;
}

/** How {@link Traffic} is made. */
export interface TrafficOptions extends Partial<TrafficSettings> {
  /** Most calls in flight; what is due beyond it is skipped and counted. Default 1,000. */
  readonly mostInFlight?: number;
  /** Deadline of each call, in ms. Default 5,000. */
  readonly deadlineMs?: number;
}

/**
 * The page's own load on the backend: an open loop, so that slow answers do not slow down the asking. Default 0 unary calls per second.
 * Who counts calls sees their outcome; here failed calls are just over.
 */
export class Traffic implements AsyncDisposable {
  readonly #greeter: Greeter;
  readonly #mostInFlight: number;
  readonly #deadlineMs: number;
  readonly #pacer = new Pacer();
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #settings: TrafficSettings;
  #timer: NodeJS.Timeout | undefined;
  #skipped = 0;

  constructor(greeter: Greeter, options: TrafficOptions = {}) {
    this.#greeter = greeter;
    this.#mostInFlight = options.mostInFlight ?? 1000;
    this.#deadlineMs = options.deadlineMs ?? 5000;
    this.#settings = { rate: 0, kind: "unary" };
    this.set({ rate: options.rate ?? 0, kind: options.kind ?? "unary" });
  }

  get settings(): TrafficSettings {
    return this.#settings;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Calls that were due while too many were in flight, and so never made. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Takes effect at once; calls in flight go on. Nothing after the disposal. */
  set(settings: TrafficSettings): void {
    if (this.#stop.signal.aborted) return;
    if (settings.rate !== this.#settings.rate) this.#pacer.setRate(settings.rate, performance.now());
    this.#settings = settings;
    clearTimeout(this.#timer);
    this.#arm();
  }

  /** Ends the load: cancels the calls in flight and waits for their end. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#inFlight);
  }

  #arm(): void {
    const waitMs = this.#pacer.waitMs(performance.now());
    if (waitMs !== undefined) this.#timer = setTimeout(() => this.#turn(), waitMs);
  }

  #turn(): void {
    const due = this.#pacer.take(performance.now());
    for (let made = 0; made < due; made++) {
      if (this.#inFlight.size < this.#mostInFlight) this.#start();
      else this.#skipped++;
    }
    this.#arm();
  }

  #start(): void {
    const options = {
      signal: this.#stop.signal,
      deadlineAtMs: Date.now() + this.#deadlineMs,
      via: "traffic",
    } as const;
    const call = makeCall(this.#greeter, this.#settings.kind, options)
      .catch(() => {})
      .finally(() => this.#inFlight.delete(call));
    this.#inFlight.add(call);
  }
}
