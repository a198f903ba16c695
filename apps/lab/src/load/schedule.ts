import { monotonicMs } from "@grpc-lb-lab/measure";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage/load-lines";
import { InputError } from "@grpc-lb-lab/stage-api";
import { BackOff } from "./back-off.ts";
import { DueTimes } from "./due-times.ts";

/** Starts call number `index`, whose intended start is `startMs` (ms of the monotonic clock), and reports its end. */
export type StartCall = (index: number, startMs: number, ended: (unreachable: boolean) => void) => void;

/** A schedule under way. */
export interface Schedule {
  /** Starts no more calls. */
  stop(): void;
  /**
   * Goes on with so many calls a second from `atMs`, which is now.
   * @throws {InputError} in a closed loop, which has no rate.
   */
  setRate(ratePerSecond: number, atMs: number): void;
  /** Resolves when all calls of the schedule, or those started before `stop`, have ended. */
  readonly done: Promise<void>;
}

/** Begins the schedule that `spec` asks for, now: by `rate` (open loop) or by `inFlight` (closed loop). */
export function beginSchedule(spec: CompleteLoadSpec, beganAtMs: number, start: StartCall): Schedule {
  const limits = { calls: spec.calls ?? Number.POSITIVE_INFINITY, endAtMs: beganAtMs + spec.durationMs };
  return spec.rate === undefined
    ? closedLoop(spec.inFlight ?? 1, limits, start)
    : openLoop(new DueTimes(spec.rate, spec.arrivals, beganAtMs), limits, start);
}

interface Limits {
  readonly calls: number;
  readonly endAtMs: number;
}

/** More than timers are coarse. */
const LATE_MS = 2;
/** How long calls that are due are started at a stretch: a load that is always behind must still read answers, and hear that it is to stop. */
const SLICE_MS = 10;

/**
 * Starts a call whenever one is due, whatever the answers do. A late timer starts all calls that are due, each with the start that
 * was intended, so that neither a stalled server nor a stalled client hides ("coordinated omission").
 *
 * Before a late timer starts them, the process reads what has come to its sockets, as a server that passes on calls would. Else all calls
 * that became due in a stall would go to connections whose GOAWAY lies unread. grpc-js retries a refused call once by itself (gRFC A6,
 * transparent retries); where several connections were told to go away in the stall, the retry meets the next of them, and the call fails.
 */
function openLoop(due: DueTimes, limits: Limits, start: StartCall): Schedule {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
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
    timer = undefined;
    if (monotonicMs() - due.nextMs > LATE_MS) afterPoll(startDue);
    else startDue();
  };
  const startDue = () => {
    const sliceEndMs = monotonicMs() + SLICE_MS;
    while (!stopped) {
      if (next >= limits.calls || due.nextMs >= limits.endAtMs) return stop();
      const nowMs = monotonicMs();
      if (due.nextMs > nowMs) {
        timer = wake(tick, due.nextMs - nowMs);
        return;
      }
      if (nowMs > sliceEndMs) return afterPoll(startDue);
      running += 1;
      start(next, due.nextMs, ended);
      next += 1;
      due.advance();
    }
  };
  const setRate = (ratePerSecond: number, atMs: number) => {
    due.setRate(ratePerSecond, atMs);
    if (timer === undefined) return; // It looks at what is due as it comes.
    clearTimeout(timer);
    tick();
  };
  tick();
  return { stop, setRate, done };
}

/** A load that is busy with answers all the time must start calls, too. */
const MOST_POLLS = 10;

/**
 * Runs `work` once the process has polled for I/O. The poll comes before immediates, and so does not read what came while another immediate
 * held up the process: where its turn comes late, `work` waits for a poll more, {@link MOST_POLLS} at most.
 */
function afterPoll(work: () => void, polls = MOST_POLLS): void {
  const setAtMs = monotonicMs();
  setImmediate(() => {
    if (polls > 1 && monotonicMs() - setAtMs > LATE_MS) afterPoll(work, polls - 1);
    else work();
  });
}

/** Timers are coarser than 1 ms, so the last one is spent letting other work pass; then it returns none. */
function wake(tick: () => void, aheadMs: number): NodeJS.Timeout | undefined {
  if (aheadMs > 1) return setTimeout(tick, Math.floor(aheadMs - 1) || 1);
  setImmediate(tick);
  return undefined;
}

/** As long as gRPC waits before it connects again. Source: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md */
const LONGEST_PAUSE_MS = 1_000;

/** Keeps `inFlight` calls running: the end of each starts the next, whose intended start is that moment; {@link BackOff} after those that reached no pod. */
function closedLoop(inFlight: number, limits: Limits, start: StartCall): Schedule {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const pauses = new Set<NodeJS.Timeout>();
  let next = 0;
  let running = 0;
  let stopped = false;
  const settle = () => {
    if (running === 0 && pauses.size === 0) resolve();
  };
  /** Nothing is started any more: no pause need end. */
  const end = () => {
    for (const timer of pauses) clearTimeout(timer);
    pauses.clear();
    settle();
  };
  const launch = (backOff: BackOff) => {
    const nowMs = monotonicMs();
    if (stopped || next >= limits.calls || nowMs >= limits.endAtMs) return end();
    running += 1;
    start(next++, nowMs, (unreachable) => {
      running -= 1;
      const pauseMs = backOff.after(unreachable, monotonicMs() - nowMs);
      if (pauseMs > 0 && !stopped) pause(backOff, pauseMs);
      else launch(backOff);
    });
  };
  const pause = (backOff: BackOff, ms: number) => {
    if (monotonicMs() + ms >= limits.endAtMs) return settle();
    const timer = setTimeout(() => {
      pauses.delete(timer);
      launch(backOff);
    }, ms);
    pauses.add(timer);
  };
  for (let lane = 0; lane < inFlight; lane++) launch(new BackOff(LONGEST_PAUSE_MS));
  const stop = () => {
    stopped = true;
    end();
  };
  const setRate = () => {
    throw new InputError("a closed loop has no rate to change: give the load a rate instead of inFlight");
  };
  return { stop, setRate, done };
}
