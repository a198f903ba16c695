import { type CallRecord, type Expectation, endMs, randomPickRange } from "@grpc-lb-lab/measure";
import {
  balancerOf,
  idleConnections,
  isHedged,
  isPinned,
  isRetried,
  lastL7HopOutsidePod,
  pingTimeoutMs,
} from "@grpc-lb-lab/modes";
import type { TimeWindow } from "@grpc-lb-lab/stage-api";
import { ageingCosts } from "../aged-connections.ts";
import { atLeast, failAtMost, withinMs } from "../expectation.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { callsAtRisk, callsBeforeDrop, callsSinceDrop, dropOf } from "./drop.ts";
import { isToldByPolls, noticeWindow } from "./notice-window.ts";

/** The end of a watch, from which can be told whether calls still fail. */
const LATE_MS = 3_000;

/** What must come out of `dead-peer`: calls fail until someone notices, and to the end where nobody can. */
export function deadPeerExpectations(observation: Observation): Expectation[] {
  const window = noticeWindow(observation);
  return [
    noneBefore(observation),
    podIsSilent(observation),
    ...silenceShows(observation),
    ...(window === undefined ? unnoticed(observation) : noticed(observation, window)),
    ...(isPinned(observation.path) ? [] : [shareOfDeadPod(observation)]),
  ];
}

function noneBefore(observation: Observation): Expectation {
  const what = "no call fails before the pod vanishes";
  return failAtMost("none-before", what, callsBeforeDrop(observation), ageingCosts(observation));
}

function podIsSilent(observation: Observation): Expectation {
  const { pod, fromMs } = dropOf(observation);
  const since = callsSinceDrop(observation).filter(({ startMs }) => startMs >= fromMs);
  const answered = since.filter((record) => record.code === 0 && record.pod === pod).length;
  return {
    id: "vanished-pod-is-silent",
    what: "the vanished pod answers no call that starts after it vanished",
    bound: "0 calls",
    measured: `${answered} of ${quantity(since.length, "call")}`,
    ok: since.length > 0 && answered === 0,
  };
}

/**
 * Whether other attempts of a call may hide the pod: a hedge that has another connection to take, or a retry of a call whose connection
 * was given up before its deadline.
 */
function mayBeHidden(observation: Observation): boolean {
  const { path, knobs } = observation;
  if (isHedged(path) && !isPinned(path)) return true;
  const isPinged = knobs.keepaliveMs > 0 && noticeWindow(observation) !== undefined;
  return isPinged && isRetried(path) && knobs.deadlineMs >= pingTimeoutMs(knobs.keepaliveMs);
}

/** Nothing is expected where a poll of DNS tells of it: it may come at that very moment. */
function silenceShows(observation: Observation): Expectation[] {
  if (isToldByPolls(observation) || mayBeHidden(observation)) return [];
  const what = "calls to the vanished pod fail";
  return [atLeast("silence-shows", what, failedCalls(callsAtRisk(observation)).length, 1)];
}

function noticed(observation: Observation, window: TimeWindow): Expectation[] {
  const last = isPinned(observation.path) ? givenUp(observation, window) : lastFailure(observation, window);
  return [last, othersAnswer(observation, window.ms)];
}

/**
 * Where connections are balanced a new one may fall on the vanished pod again, by chance, until the Service leaves it out: what can be bound is when
 * the client gave up the first one. From then on calls end as they did not before: answered, or failed before their deadline.
 */
function givenUp(observation: Observation, { ms, sum }: TimeWindow): Expectation {
  const { fromMs } = dropOf(observation);
  const clients = Map.groupBy(callsAtRisk(observation), ({ client }) => client);
  const ends = [...clients.values()].map((calls) => firstEndMs(calls.filter(isToldSince(fromMs))) - fromMs);
  const slowest = Math.max(...ends);
  const what = `every client gives up its connection to the vanished pod (${sum})`;
  return withinMs("connection-given-up", what, Number.isFinite(slowest) ? slowest : null, ms);
}

const DEADLINE_EXCEEDED = 4;

const isToldSince =
  (fromMs: number) =>
  ({ code, startMs }: CallRecord): boolean =>
    startMs >= fromMs && code !== DEADLINE_EXCEEDED;

function firstEndMs(calls: readonly CallRecord[]): number {
  return calls.reduce((first, call) => Math.min(first, endMs(call)), Number.POSITIVE_INFINITY);
}

/**
 * The last call that fails, but for as many as ageing may cost, and for one on each idle connection that the pod may have: where calls share none, one that is
 * sent on a connection from before waits in vain, whenever that is.
 */
function lastFailure(observation: Observation, { ms, sum }: TimeWindow): Expectation {
  const { fromMs } = dropOf(observation);
  const since = callsSinceDrop(observation);
  const last = failedCalls(since).at(-1 - ageingCosts(observation) - idleConnections(observation.path));
  const measured = last === undefined ? 0 : Math.max(0, last.startMs - fromMs);
  const what = `the last failed call starts soon after the pod vanished (${sum})`;
  return withinMs("last-failure", what, since.length === 0 ? null : measured, ms);
}

function othersAnswer(observation: Observation, windowMs: number): Expectation {
  const { pod, fromMs } = dropOf(observation);
  const later = callsAtRisk(observation).filter(({ startMs }) => startMs > fromMs + windowMs);
  const answered = later.filter((record) => record.code === 0 && record.pod !== pod).length;
  const what = `other pods answer calls that start more than ${Math.round(windowMs)} ms after the pod vanished`;
  return atLeast("others-answer", what, answered, 1);
}

/** The part of the picks that falls on the hanging pod. Least request prefers whoever has less under way, so that all of its draws must fall on it. */
function hangingPick({ path, pods }: Observation): number {
  const { pick } = balancerOf(path);
  return (1 / pods.length) ** (pick.kind === "least request" ? pick.choices : 1);
}

/** Whose own timeouts are too long for clients may hear of it from the network all the same: that nobody has the address. */
function unnoticed(observation: Observation): Expectation[] {
  const { silence } = lastL7HopOutsidePod(observation.path).notice;
  if (mayBeHidden(observation) || silence.by === "passive ejection") return [];
  const { toMs } = dropOf(observation);
  const late = callsAtRisk(observation).filter(({ startMs }) => startMs >= toMs - LATE_MS);
  const least = isPinned(observation.path) ? late.length : randomPickRange(late.length, hangingPick(observation)).min;
  const what = `calls still fail in the last ${LATE_MS} ms of the watch, because nobody has noticed`;
  return [atLeast("still-failing", what, failedCalls(late).length, Math.max(1, least))];
}

/** No more than a random pick sends to one pod: the others go on answering. */
function shareOfDeadPod(observation: Observation): Expectation {
  const since = callsSinceDrop(observation);
  const picked = randomPickRange(since.length, 1 / observation.pods.length).max;
  const what = `no more calls fail than a random pick sends to 1 of ${observation.pods.length} pods`;
  return failAtMost("share-of-dead-pod", what, since, picked + ageingCosts(observation));
}
