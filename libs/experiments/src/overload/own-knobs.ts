import { InputError, LONGEST_LOAD_MS } from "@grpc-lb-lab/stage-api";
import { MOST_RATE } from "../knobs/knob-table.ts";
import type { KnobOverrides, Knobs } from "../knobs/knobs.ts";
import { capacityPerSecond, courseMs, FACTORS, REST } from "./steps.ts";

const PODS = 4;
const WORK_MS = 40;
const AT_ONCE = 2;
const DEADLINE_MS = 500;

type Settled = Pick<Knobs, "pods" | "workMs" | "workAtOnce" | "deadlineMs">;

/**
 * What `overload` sets, with as many calls a second as the pods can do, whatever the caller sets of them.
 * @throws {InputError} where it cannot be carried out so.
 */
export function overloadKnobs(asked: KnobOverrides): KnobOverrides {
  assertOwnRate(asked);
  const { pods = PODS, workMs = WORK_MS, workAtOnce = AT_ONCE } = asked;
  if (workMs === 0)
    throw new InputError("overload needs --work of 1 ms at least: pods that do no work are never overloaded");
  if (workAtOnce === 0)
    throw new InputError(
      "overload needs --work-at-once 1 at least: pods that work on all calls at once are never overloaded",
    );
  const leastMs = leastDeadlineMs(workMs, workAtOnce);
  const settled = { pods, workMs, workAtOnce, deadlineMs: asked.deadlineMs ?? Math.max(DEADLINE_MS, leastMs) };
  assertPossible(settled, leastMs);
  return { ...settled, rate: REST * capacityPerSecond(settled) };
}

function assertOwnRate({ rate, inFlight }: KnobOverrides): void {
  if (inFlight !== undefined)
    throw new InputError("overload makes calls whatever the answers do: leave --in-flight out, which waits for them");
  if (rate !== undefined)
    throw new InputError(
      "overload makes as many calls a second as its pods can do, and more: leave --rate out; --pods, --work and --work-at-once change it",
    );
}

/**
 * Works that a call may have to wait for by chance where half as much is asked as pods can do, and pods are picked by lot, for one that works on one call at
 * once: less than once in 10⁸ of a queue M/D/1 at that load, whose waits fall by e^-1.256 for each work. One that works on several has as many times less.
 */
const WAITED_WORKS = 16;

/** So long a deadline must be, in ms, that no call exceeds it before there is an overload. */
function leastDeadlineMs(workMs: number, workAtOnce: number): number {
  return Math.ceil(workMs * (1 + WAITED_WORKS / workAtOnce));
}

function assertPossible(settled: Settled, leastMs: number): void {
  const most = Math.max(...FACTORS) * capacityPerSecond(settled);
  if (settled.deadlineMs < leastMs)
    throw new InputError(
      `overload needs --deadline ${leastMs}ms here: with less, calls time out though pods can do them all`,
    );
  if (most > MOST_RATE)
    throw new InputError(
      `overload would make ${Math.round(most)} calls a second here, and a load makes ${MOST_RATE} at most: set fewer --pods, a lower --work-at-once or a longer --work`,
    );
  if (courseMs(settled) > LONGEST_LOAD_MS)
    throw new InputError(
      `overload would take ${Math.ceil(courseMs(settled) / 1_000)} s here, and a load ends after ${LONGEST_LOAD_MS / 1_000} s: set a shorter --deadline or --work`,
    );
}
