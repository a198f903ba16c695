import { type CallRecord, type Expectation, randomPickRange } from "@grpc-lb-lab/measure";
import { ageingCosts } from "../aged-connections.ts";
import type { DiscoveryWindow } from "../discovery-window.ts";
import { atLeast, failAtMost, withinMs } from "../expectation.ts";
import { endMs, failedCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { isRetried } from "../retries.ts";
import { callsAtRisk, callsBeforeDrop, callsSinceDrop, dropOf } from "./drop.ts";
import { noticeWindow, pingTimeoutMs } from "./notice-window.ts";

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
    ...(observation.mode === "plain" ? [] : [shareOfDeadPod(observation)]),
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
    what: "the vanished pod answers no call that starts since",
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
  const { mode, knobs } = observation;
  if (knobs.retry.startsWith("hedge") && mode !== "plain" && mode !== "proxyless") return true;
  const isPinged = knobs.keepaliveMs > 0 && noticeWindow(observation) !== undefined;
  return isPinged && isRetried(observation) && knobs.deadlineMs >= pingTimeoutMs(knobs.keepaliveMs);
}

/** Nothing is expected where DNS tells of it: an Envoy may ask at that very moment. */
function silenceShows(observation: Observation): Expectation[] {
  const isTold = observation.mode === "envoy" && noticeWindow(observation) !== undefined;
  if (isTold || mayBeHidden(observation)) return [];
  const what = "calls fail that are sent to the vanished pod";
  return [atLeast("silence-shows", what, failedCalls(callsAtRisk(observation)).length, 1)];
}

function noticed(observation: Observation, window: DiscoveryWindow): Expectation[] {
  const last = observation.mode === "plain" ? givenUp(observation, window) : lastFailure(observation, window);
  return [last, othersAnswer(observation, window.ms)];
}

/**
 * Under `plain` a new connection may fall on the vanished pod again, by chance, until the Service leaves it out: what can be bound is when
 * the client gave up the first one. From then on calls end as they did not before: answered, or failed before their deadline.
 */
function givenUp(observation: Observation, { ms, sum }: DiscoveryWindow): Expectation {
  const { fromMs } = dropOf(observation);
  const clients = Map.groupBy(callsAtRisk(observation), ({ client }) => client);
  const ends = [...clients.values()].map((calls) => firstEndMs(calls.filter(isToldSince(fromMs))) - fromMs);
  const slowest = Math.max(...ends);
  const what = `the connection to the vanished pod is given up (${sum})`;
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

/** The last call that fails, but for as many as ageing may cost. */
function lastFailure(observation: Observation, { ms, sum }: DiscoveryWindow): Expectation {
  const { fromMs } = dropOf(observation);
  const since = callsSinceDrop(observation);
  const last = failedCalls(since).at(-1 - ageingCosts(observation));
  const measured = last === undefined ? 0 : Math.max(0, last.startMs - fromMs);
  const what = `the last call that fails starts soon after the pod vanished (${sum})`;
  return withinMs("last-failure", what, since.length === 0 ? null : measured, ms);
}

function othersAnswer(observation: Observation, windowMs: number): Expectation {
  const { pod, fromMs } = dropOf(observation);
  const later = callsAtRisk(observation).filter(({ startMs }) => startMs > fromMs + windowMs);
  const answered = later.filter((record) => record.code === 0 && record.pod !== pod).length;
  const what = `other pods answer calls that start more than ${Math.round(windowMs)} ms after the pod vanished`;
  return atLeast("others-answer", what, answered, 1);
}

/** Least request prefers whoever has less under way, so that it picks the hanging pod only where both of its draws fall on it. */
const HANGING_PICKS = { sidecar: 2 } as Readonly<Record<string, number>>;

function unnoticed(observation: Observation): Expectation[] {
  if (mayBeHidden(observation)) return [];
  const { mode, pods } = observation;
  const { toMs } = dropOf(observation);
  const late = callsAtRisk(observation).filter(({ startMs }) => startMs >= toMs - LATE_MS);
  const share = (1 / pods.length) ** (HANGING_PICKS[mode] ?? 1);
  const least = mode === "plain" ? late.length : randomPickRange(late.length, share).min;
  const what = `in the last ${LATE_MS} ms of the watch calls still fail, for nobody has noticed`;
  return [atLeast("still-failing", what, failedCalls(late).length, Math.max(1, least))];
}

/** No more than a random pick sends to one pod: the others go on answering. */
function shareOfDeadPod(observation: Observation): Expectation {
  const since = callsSinceDrop(observation);
  const picked = randomPickRange(since.length, 1 / observation.pods.length).max;
  const what = `no more calls fail than 1/${observation.pods.length} of the picks, as a random pick has it`;
  return failAtMost("share-of-dead-pod", what, since, picked + ageingCosts(observation));
}
