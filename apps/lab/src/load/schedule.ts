import { monotonicMs } from "@grpc-lb-lab/measure";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage";

/** Starts call number `index`, whose intended start is `startMs` (ms of the monotonic clock), and reports its end. */
export type StartCall = (index: number, startMs: number, ended: () => void) => void;

/** A schedule under way. */
export interface Schedule {
  /** Starts no more calls. */
  stop(): void;
  /** Resolves when all calls of the schedule, or those started before `stop`, have ended. */
  readonly done: Promise<void>;
}

/** Begins the schedule that `spec` asks for, now: by `rate` (open loop) or by `inFlight` (closed loop). */
export function beginSchedule(spec: CompleteLoadSpec, beganAtMs: number, start: StartCall): Schedule {
  const limits = { calls: spec.calls ?? Number.POSITIVE_INFINITY, endAtMs: beganAtMs + spec.durationMs };
  return spec.rate === undefined
    ? closedLoop(spec.inFlight ?? 1, limits, start)
    : openLoop(1000 / spec.rate, beganAtMs, limits, start);
}

interface Limits {
  readonly calls: number;
  readonly endAtMs: number;
}

/**
 * Starts a call every `intervalMs` whatever the answers do. A late timer starts all calls that are due, each with the start that
 * was intended, so that neither a stalled server nor a stalled client hides ("coordinated omission").
 */
function openLoop(intervalMs: number, beganAtMs: number, limits: Limits, start: StartCall): Schedule {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let running = 0;
  let stopped = false;
  const ended = () => {
    running -= 1;
    if (stopped && running === 0) resolve();
  };
  const stop = () => {
    stopped = true;
    if (running === 0) resolve();
  };
  const tick = () => {
    while (!stopped) {
      const dueMs = beganAtMs + next * intervalMs;
      if (next >= limits.calls || dueMs >= limits.endAtMs) return stop();
      const aheadMs = dueMs - monotonicMs();
      if (aheadMs > 0) return wake(tick, aheadMs);
      running += 1;
      start(next, dueMs, ended);
      next += 1;
    }
  };
  tick();
  return { stop, done };
}

/** Timers are coarser than 1 ms, so the last one is spent letting other work pass. */
function wake(tick: () => void, aheadMs: number): void {
  if (aheadMs > 1) setTimeout(tick, Math.floor(aheadMs - 1) || 1);
  else setImmediate(tick);
}

/** Keeps `inFlight` calls running: the end of each starts the next, whose intended start is that moment. */
function closedLoop(inFlight: number, limits: Limits, start: StartCall): Schedule {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let running = 0;
  let stopped = false;
  const launch = () => {
    const nowMs = monotonicMs();
    if (stopped || next >= limits.calls || nowMs >= limits.endAtMs) {
      if (running === 0) resolve();
      return;
    }
    running += 1;
    start(next++, nowMs, ended);
  };
  const ended = () => {
    running -= 1;
    launch();
  };
  for (let lane = 0; lane < inFlight; lane++) launch();
  const stop = () => {
    stopped = true;
    if (running === 0) resolve();
  };
  return { stop, done };
}
