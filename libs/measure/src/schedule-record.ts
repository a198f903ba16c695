import type { CallRecord } from "./call-record.ts";
import { LatencyHistogram } from "./histogram.ts";
import type { LoadSchedule } from "./result.ts";

/** A client that starts fewer of the planned calls was the limit itself. */
const LEAST_ACHIEVED = 0.95;
/**
 * So was one that started half of its calls this much late: several times what a call on one machine takes. Single late calls do not count: where pods
 * start on the client's own machine, one in a hundred is 20 to 75 ms late on two cores, and all planned calls are made.
 */
const MOST_LAG_MS = 20;

/** That an open loop went on with another rate. */
export interface RateChange {
  /** Since when, in ms of the clock of intended starts: calls that were meant to start by then are of the rate before. */
  readonly atMs: number;
  /** Calls per second. */
  readonly ratePerSecond: number;
}

/**
 * How an open loop keeps its schedule: gathers when calls were meant to start, and how much later they were started. Where the rate changes, each stretch of one
 * rate is looked at by itself: a client that cannot keep up with the highest makes up for it at the next.
 */
export class ScheduleRecord {
  readonly #lags = new LatencyHistogram();
  /** In order. */
  readonly #stretches: Stretch[];

  /**
   * @param plannedPerSecond - calls per second that the schedule asks for at first.
   * @param beganAtMs - its beginning: the first intended start.
   */
  constructor(plannedPerSecond: number, beganAtMs: number) {
    this.#stretches = [new Stretch(plannedPerSecond, beganAtMs)];
  }

  /**
   * How the calls of an open loop kept their schedule, from their records; undefined without any.
   * @param beganAtMs - as of the constructor.
   * @param changes - of the rate, in order.
   */
  static summaryOf(
    records: Iterable<Pick<CallRecord, "startMs" | "lagMs">>,
    plannedPerSecond: number,
    beganAtMs: number,
    changes: readonly RateChange[] = [],
  ): LoadSchedule | undefined {
    const record = new ScheduleRecord(plannedPerSecond, beganAtMs);
    for (const change of changes) record.changed(change);
    for (const { startMs, lagMs } of records) record.started(startMs, lagMs);
    return record.summary();
  }

  /** Takes a change of the rate, no sooner than the one before. */
  changed({ ratePerSecond, atMs }: RateChange): void {
    this.#stretches.at(-1)?.endsAt(atMs);
    this.#stretches.push(new Stretch(ratePerSecond, atMs));
  }

  /** Takes a call: its intended start, and how much later it was started. */
  started(startMs: number, lagMs = 0): void {
    this.#lags.record(lagMs);
    const stretch = this.#stretches.findLast(({ fromMs }) => fromMs < startMs) ?? this.#stretches[0];
    stretch?.started(startMs, lagMs);
  }

  /** The schedule as it was kept so far; undefined before the first call. Of several rates it has the means. */
  summary(): LoadSchedule | undefined {
    const kept = this.#stretches.filter(({ isEmpty }) => !isEmpty);
    const [first, ...others] = kept;
    if (first === undefined) return undefined;
    const [calls, meantMs, tookMs] = [sum(kept, "meantCalls"), sum(kept, "meantMs"), sum(kept, "tookMs")];
    const [p50, p99, max] = [50, 99, 100].map((percentile) => this.#lags.percentileMs(percentile)) as LagPercentiles;
    return {
      plannedPerSecond: others.length === 0 ? first.plannedPerSecond : perSecond(calls, meantMs),
      achievedPerSecond: perSecond(calls, tookMs),
      lagMs: { p50, p99, max },
      clientWasLimit: kept.some(({ isBehind }) => isBehind),
    };
  }
}

type LagPercentiles = [p50: number, p99: number, max: number];

function sum(stretches: readonly Stretch[], what: "meantCalls" | "meantMs" | "tookMs"): number {
  return stretches.reduce((total, stretch) => total + stretch[what], 0);
}

function perSecond(calls: number, ms: number): number {
  return Math.round((1_000_000 * calls) / ms) / 1_000;
}

/** A part of a schedule that has one rate. */
class Stretch {
  readonly fromMs: number;
  readonly plannedPerSecond: number;
  readonly #lags = new LatencyHistogram();
  #toMs: number | undefined;
  #lastIntendedAtMs = Number.NEGATIVE_INFINITY;
  #lastStartAtMs = Number.NEGATIVE_INFINITY;

  constructor(plannedPerSecond: number, fromMs: number) {
    this.plannedPerSecond = plannedPerSecond;
    this.fromMs = fromMs;
  }

  endsAt(toMs: number): void {
    this.#toMs = toMs;
  }

  started(startMs: number, lagMs: number): void {
    this.#lags.record(lagMs);
    this.#lastIntendedAtMs = Math.max(this.#lastIntendedAtMs, startMs);
    this.#lastStartAtMs = Math.max(this.#lastStartAtMs, startMs + lagMs);
  }

  get isEmpty(): boolean {
    return this.#lags.count === 0;
  }

  /** How long its calls were meant to take: calls at random are never exactly as many as planned. */
  get meantMs(): number {
    return this.#lastIntendedAtMs - this.fromMs + this.#untilNextMs;
  }

  get tookMs(): number {
    return this.#lastStartAtMs - this.fromMs + this.#untilNextMs;
  }

  /** As many as the rate asks for in that time. */
  get meantCalls(): number {
    return (this.plannedPerSecond * this.meantMs) / 1_000;
  }

  /** Whether the client was the limit. Of a short stretch a timer that is a little late is no sign of it. */
  get isBehind(): boolean {
    const fallsBehind = this.meantMs < LEAST_ACHIEVED * this.tookMs && this.tookMs - this.meantMs > MOST_LAG_MS;
    return fallsBehind || this.#lags.percentileMs(50) > MOST_LAG_MS;
  }

  /** The last call stands for the time until a next one, or until the rate changes. */
  get #untilNextMs(): number {
    const gapMs = 1_000 / this.plannedPerSecond;
    return this.#toMs === undefined ? gapMs : Math.min(gapMs, this.#toMs - this.#lastIntendedAtMs);
  }
}
