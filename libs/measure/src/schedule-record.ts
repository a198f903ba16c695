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

/** How an open loop keeps its schedule: gathers when calls were meant to start, and how much later they were started. */
export class ScheduleRecord {
  readonly #plannedPerSecond: number;
  readonly #beganAtMs: number;
  readonly #lags = new LatencyHistogram();
  #lastIntendedAtMs = Number.NEGATIVE_INFINITY;
  #lastStartAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param plannedPerSecond - calls per second that the schedule asks for.
   * @param beganAtMs - its beginning: the first intended start.
   */
  constructor(plannedPerSecond: number, beganAtMs: number) {
    this.#plannedPerSecond = plannedPerSecond;
    this.#beganAtMs = beganAtMs;
  }

  /**
   * How the calls of an open loop kept their schedule, from their records; undefined without any.
   * @param beganAtMs - as of the constructor.
   */
  static summaryOf(
    records: Iterable<Pick<CallRecord, "startMs" | "lagMs">>,
    plannedPerSecond: number,
    beganAtMs: number,
  ): LoadSchedule | undefined {
    const record = new ScheduleRecord(plannedPerSecond, beganAtMs);
    for (const { startMs, lagMs } of records) record.started(startMs, lagMs);
    return record.summary();
  }

  /** Takes a call: its intended start, and how much later it was started. */
  started(startMs: number, lagMs = 0): void {
    this.#lags.record(lagMs);
    this.#lastIntendedAtMs = Math.max(this.#lastIntendedAtMs, startMs);
    this.#lastStartAtMs = Math.max(this.#lastStartAtMs, startMs + lagMs);
  }

  /** The schedule as it was kept so far; undefined before the first call. */
  summary(): LoadSchedule | undefined {
    if (this.#lags.count === 0) return undefined;
    const plannedPerSecond = this.#plannedPerSecond;
    // Held against the time that the calls were meant to take, for calls at random are never exactly as many as planned. The last one stands
    // for the time until a next one.
    const untilNextMs = 1_000 / plannedPerSecond;
    const meantMs = this.#lastIntendedAtMs - this.#beganAtMs + untilNextMs;
    const tookMs = this.#lastStartAtMs - this.#beganAtMs + untilNextMs;
    const achievedPerSecond = Math.round((plannedPerSecond * 1_000 * meantMs) / tookMs) / 1_000;
    const [p50, p99, max] = [50, 99, 100].map((percentile) => this.#lags.percentileMs(percentile)) as LagPercentiles;
    const clientWasLimit = achievedPerSecond < LEAST_ACHIEVED * plannedPerSecond || p50 > MOST_LAG_MS;
    return { plannedPerSecond, achievedPerSecond, lagMs: { p50, p99, max }, clientWasLimit };
  }
}

type LagPercentiles = [p50: number, p99: number, max: number];
