import { beganMs, type CallRecord, type Expectation, ownMs } from "@grpc-lb-lab/measure";
import { isHedged } from "@grpc-lb-lab/modes";
import type { RequestLimit } from "@grpc-lb-lab/stage-api";
import { ageingCosts } from "../aged-connections.ts";
import { atLeast, failAtMost, medianAtLeast, withinMs } from "../expectation.ts";
import { answeredCalls, failedCalls, type Observation } from "../observation.ts";
import { ownPercentileMs } from "../own-time.ts";
import { quantity } from "../quantity.ts";
import { limitOf, passesPerSecond, protects, refusedInBurst, slowestMs } from "./limit.ts";
import {
  atOnceMs,
  isOver,
  isQuiet,
  mostDone,
  podsInUse,
  type SeenStep,
  seenAfter,
  seenSteps,
  timedOut,
} from "./seen.ts";
import { recoveryMs } from "./steps.ts";

/** What must come out of `overload`. That a line of calls with deadlines collapses is reported, and not judged: whoever works on the last first has none. */
export function overloadExpectations(observation: Observation): Expectation[] {
  const steps = seenSteps(observation);
  const over = steps.filter(isOver);
  const limit = limitOf(observation);
  return [
    ...restBefore(steps, observation),
    ...noMoreThanPodsCan(steps, observation),
    overloadShows(over),
    ...(limit === undefined ? [failuresWait(over, observation)] : []),
    ...(limit !== undefined && protects(limit, observation) ? withLimit(limit, steps, observation) : []),
    ...restAfter(observation),
  ];
}

function restBefore([first]: readonly SeenStep[], observation: Observation): Expectation[] {
  if (first === undefined || !isAtRest(first, observation)) return [];
  const what = "no call fails while half as much is asked as pods can do, or no more than are answered late";
  return fewFail("none-at-half", what, first.calls, observation);
}

/** Not to be told where a client makes several attempts at once of a call that takes long: in an overload it asks for more than there are calls. */
function isAtRest(step: SeenStep, observation: Observation): boolean {
  return isQuiet(step, observation) && !isHedged(observation.path);
}

/** Of its deadline, what a call takes at rest that a busy machine has held up. */
const LATE = 0.5;

/**
 * Calls that may fail at rest. A stall of a pod that takes some of its calls longer than their deadline takes as many of those that come later in it more than
 * half of that. A limit refuses what comes at once after a stall of the client.
 */
function excused(calls: readonly CallRecord[], observation: Observation): number {
  const late = answeredCalls(calls).filter((call) => ownMs(call) > LATE * observation.knobs.deadlineMs);
  const limit = limitOf(observation);
  const inBurst = limit === undefined ? [] : refusedInBurst(calls, limit, observation);
  return ageingCosts(observation) + late.length + inBurst.length;
}

/** Of all steps the one that comes nearest to the bound. */
function noMoreThanPodsCan(steps: readonly SeenStep[], observation: Observation): Expectation[] {
  const inUse = podsInUse(observation);
  const all = steps.map((step) => ({ step, most: mostDone(inUse, step, observation) }));
  const [fullest] = all.toSorted((a, b) => b.step.done.length / b.most - a.step.done.length / a.most);
  if (fullest === undefined) return [];
  const { step, most } = fullest;
  return [
    {
      id: "no-more-than-pods-can",
      what: "no more calls are begun and answered in a step than the pods that answer can do in it",
      bound: `<= ${quantity(most, "call")}`,
      measured: quantity(step.done.length, "call"),
      ok: step.done.length > 0 && step.done.length <= most,
    },
  ];
}

function callsOf(steps: readonly SeenStep[]): CallRecord[] {
  return steps.flatMap(({ calls }) => calls);
}

function overloadShows(over: readonly SeenStep[]): Expectation {
  const what = "calls fail of which more are made than pods can do";
  return atLeast("overload-shows", what, failedCalls(callsOf(over)).length, 1);
}

/** Of a deadline, what most calls have waited at least that nobody has refused. */
const WAITED = 0.5;

/**
 * Nobody refuses them. Most time out. Others are cut off meanwhile, on average after half of their deadline: a server of HTTP/2 closes a connection on which too
 * many calls are cancelled, because that may be an attack (CVE-2023-44487, "rapid reset"; Node's `streamResetBurst` and `streamResetRate`, and Envoy as well).
 */
function failuresWait(over: readonly SeenStep[], { knobs }: Observation): Expectation {
  const what = "most calls that fail have waited for half of their deadline at least: nobody refuses them";
  return medianAtLeast("failures-wait", what, failedCalls(callsOf(over)), Math.round(WAITED * knobs.deadlineMs));
}

/** Of calls that the pods can do, a limit may leave so many undone: it does not know which pod is idle. */
const LEAST_GOODPUT = 0.5;
/** Of a deadline, what a busy machine adds to work. */
const BUSY = 0.25;

function withLimit(limit: RequestLimit, steps: readonly SeenStep[], observation: Observation): Expectation[] {
  const over = steps.filter(isOver);
  const calls = callsOf(over);
  const refusedMs = ownPercentileMs(50, failedCalls(calls));
  const answeredMs = ownPercentileMs(50, answeredCalls(calls));
  const quick = "most calls that are answered take no longer than as many take at one pod as may be under way";
  const quickMs = slowestMs(limit, observation) + BUSY * observation.knobs.deadlineMs;
  return [
    withinMs("refused-at-once", "most calls that fail are refused at once", refusedMs, atOnceMs(observation)),
    withinMs("answered-quickly", quick, answeredMs, quickMs),
    ...goodputStays(passesPerSecond(limit, observation) * speedAtRest(steps, observation), over),
    fewTimeOut(calls, observation),
  ];
}

/** What a busy machine leaves of the pods' speed, as a part: there work takes longer than it is to, by as much as calls take before the overload. */
function speedAtRest([first]: readonly SeenStep[], { knobs: { workMs } }: Observation): number {
  const restMs = ownPercentileMs(50, answeredCalls(first?.calls ?? []));
  return workMs / Math.max(workMs, restMs ?? 0);
}

/** Of all overloaded steps the one with the fewest. */
function goodputStays(podsCanPerSecond: number, over: readonly SeenStep[]): Expectation[] {
  const perSecond = ({ done, phase: { fromMs, toMs } }: SeenStep) => (1_000 * done.length) / (toMs - fromMs);
  const [fewest] = over.toSorted((a, b) => perSecond(a) - perSecond(b));
  if (fewest === undefined) return [];
  const least = Math.round(LEAST_GOODPUT * podsCanPerSecond);
  return [
    {
      id: "goodput-stays",
      what: "at least half as many calls are answered a second as pods can do at their speed of before, however many are made",
      bound: `>= ${quantity(least, "call")} a second`,
      measured: `${quantity(Math.round(perSecond(fewest)), "call")} a second`,
      ok: perSecond(fewest) >= least,
    },
  ];
}

/** What a busy machine makes of calls that a limit lets pass. */
const TIMED_OUT = 0.1;

function fewTimeOut(calls: readonly CallRecord[], observation: Observation): Expectation {
  const waited = timedOut(calls, observation).length;
  const most = Math.floor(TIMED_OUT * calls.length);
  return {
    id: "few-time-out",
    what: "no more than one call in ten waits for its deadline in vain",
    bound: `<= ${quantity(most, "call")}`,
    measured: `${waited} of ${quantity(calls.length, "call")}`,
    ok: calls.length > 0 && waited <= most,
  };
}

/** The line of calls is gone once all have timed out that were in it: an overload that is over leaves nothing behind. */
function restAfter(observation: Observation): Expectation[] {
  const [after] = seenAfter(observation);
  if (after === undefined || !isAtRest(after, observation)) return [];
  const fromMs = recoveryMs(observation.knobs);
  const later = after.calls.filter((call) => beganMs(call) >= after.phase.fromMs + fromMs);
  const what = `no call fails that begins more than ${fromMs} ms after the overload, or no more than are answered late`;
  return fewFail("recovered", what, later, observation);
}

/** Nothing is expected where ageing connections may cost all of the calls. */
function fewFail(id: string, what: string, calls: readonly CallRecord[], observation: Observation): Expectation[] {
  const most = excused(calls, observation);
  return calls.length > 0 && most >= calls.length ? [] : [failAtMost(id, what, calls, most)];
}
