import { status } from "@grpc/grpc-js";
import type { Chooser, Clock, Random } from "./chooser.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import type { PeakEwmaConfig } from "./peak-ewma-config.ts";

/** A moving average of latencies that follows a longer one at once and shorter ones bit by bit. */
export interface PeakEwmaLoad extends EndpointLoad {
  /** The average when it was last brought up to date. */
  latencyMs: number;
  /** When that was; -Infinity as long as nothing is known. */
  measuredAtMs: number;
}

/**
 * Peak EWMA as in Finagle, Linkerd and tower: of two endpoints, drawn at random and distinct, the one where the next call costs less; of equal
 * ones the first drawn. The cost is the latency times the calls that there would be in flight, with the latency as a moving average that jumps up to a
 * longer latency and decays with time, so that a slow endpoint is spared for a while and then tried again.
 *
 * Two things are otherwise than in Finagle:
 *
 * - What is known of an endpoint loses weight with time (`decayMs`), and the typical latency of all endpoints takes its place for all calls but the first: an
 *   endpoint that is new, or was idle for long, is tried at once with one call, and until that has ended takes as many as a typical one.
 * - A call that failed in the server or on its way may raise the average, but never lowers it: to fail fast is not to be fast.
 *
 * @see https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala
 */
export class PeakEwma implements Chooser<PeakEwmaConfig, PeakEwmaLoad> {
  readonly #random: Random;
  readonly #now: Clock;
  #decayMs = 10_000;
  /** The average of all answers of all endpoints. Before the first one any number does: costs are only compared. */
  readonly #typical = { latencyMs: 1, measuredAtMs: Number.NEGATIVE_INFINITY };

  constructor(random: Random = Math.random, now: Clock = () => performance.now()) {
    this.#random = random;
    this.#now = now;
  }

  configure({ decayMs }: PeakEwmaConfig): void {
    this.#decayMs = decayMs;
  }

  newLoad(): PeakEwmaLoad {
    return { inFlight: 0, latencyMs: 0, measuredAtMs: Number.NEGATIVE_INFINITY };
  }

  choose(loads: readonly PeakEwmaLoad[]): number {
    const count = loads.length;
    const first = Math.floor(this.#random() * count);
    if (count === 1) return first;
    const other = Math.floor(this.#random() * (count - 1));
    const second = other < first ? other : other + 1;
    const nowMs = this.#now();
    const isLess = this.#cost(loads[second] as PeakEwmaLoad, nowMs) < this.#cost(loads[first] as PeakEwmaLoad, nowMs);
    return isLess ? second : first;
  }

  ended(load: PeakEwmaLoad, latencyMs: number, code: status): void {
    const nowMs = this.#now();
    const isAnswer = ANSWERS.has(code);
    const measured = isAnswer ? latencyMs : Math.max(latencyMs, this.#expectedMs(load, nowMs));
    load.latencyMs = Math.max(measured, this.#blend(load, measured, nowMs));
    load.measuredAtMs = nowMs;
    if (!isAnswer) return;
    this.#typical.latencyMs = this.#blend(this.#typical, latencyMs, nowMs);
    this.#typical.measuredAtMs = nowMs;
  }

  isForgettable(load: PeakEwmaLoad): boolean {
    return load.inFlight === 0 && this.#weight(load, this.#now()) < 0.01;
  }

  /** What one more call would cost: the endpoint's own latency, as far as it still counts, for each call, and the typical one for the rest. */
  #cost(load: PeakEwmaLoad, nowMs: number): number {
    const weight = this.#weight(load, nowMs);
    const ownMs = load.latencyMs * weight;
    return ownMs + load.inFlight * (ownMs + this.#typical.latencyMs * (1 - weight));
  }

  #expectedMs(load: PeakEwmaLoad, nowMs: number): number {
    const weight = this.#weight(load, nowMs);
    return load.latencyMs * weight + this.#typical.latencyMs * (1 - weight);
  }

  #blend(average: Pick<PeakEwmaLoad, "latencyMs" | "measuredAtMs">, latencyMs: number, nowMs: number): number {
    const weight = this.#weight(average, nowMs);
    return average.latencyMs * weight + latencyMs * (1 - weight);
  }

  /** From 1, measured now, down to 0, never measured. */
  #weight({ measuredAtMs }: Pick<PeakEwmaLoad, "measuredAtMs">, nowMs: number): number {
    return Math.exp((measuredAtMs - nowMs) / this.#decayMs);
  }
}

/** Codes with which a server answers, whatever the answer is worth to the caller: those that google.rpc.Code maps to HTTP's 200, 400, 401, 403, 404 and 409. */
const ANSWERS: ReadonlySet<status> = new Set([
  status.OK,
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAUTHENTICATED,
]);
