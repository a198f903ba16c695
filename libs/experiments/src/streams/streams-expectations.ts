import { type Expectation, endMs, type MessageRecord, mostByChance } from "@grpc-lb-lab/measure";
import { balancerOf, hasOnePodPerConnection, isPinned, mayBeRetried } from "@grpc-lb-lab/modes";
import { addedPods } from "../added-pods.ts";
import { ageingCosts } from "../aged-connections.ts";
import { newPodWindow } from "../new-pod-window.ts";
import type { Observation } from "../observation.ts";
import { crashOf } from "../pod-crash/crash.ts";
import { quantity } from "../quantity.ts";
import { answeredMessages, type SeenStream, seenStreams } from "../seen-streams.ts";
import { hasGrace, heldStreams, isAged } from "./held-streams.ts";

/** How many pods `streams` adds. */
export const ADDED_PODS = 2;

/** What must come out of `streams`. */
export function streamsExpectations(observation: Observation): Expectation[] {
  if (leavesAgedPodsOut(observation)) return [stay(observation), ...ageing(observation)];
  return [
    ...noneBefore(observation),
    stay(observation),
    ...newStreams(observation),
    ...ageing(observation),
    ...crash(observation),
  ];
}

/** Where the end of a connection counts against its pod, a grace has pods left out that are well. Once all are, new streams fail, and nothing is expected of them. */
function leavesAgedPodsOut({ path, knobs }: Observation): boolean {
  return hasGrace(knobs) && balancerOf(path).notice.crash.by === "passive ejection";
}

function crash(observation: Observation): Expectation[] {
  return [lostEnd(observation), ...othersGoOn(observation), ...clientStreams(observation)];
}

/** That each of `streams` is as it must be; it does not hold of none. */
function all(
  id: string,
  what: string,
  streams: readonly SeenStream[],
  is: (stream: SeenStream) => boolean,
): Expectation {
  const good = streams.filter(is).length;
  const number = quantity(streams.length, "stream");
  return {
    id,
    what,
    bound: number,
    measured: `${good} of ${number}`,
    ok: streams.length > 0 && good === streams.length,
  };
}

/** The streams that were opened before the crash. */
function openedBefore(observation: Observation): SeenStream[] {
  const { atMs } = crashOf(observation);
  return seenStreams(observation).filter(({ openedAtMs }) => openedAtMs < atMs);
}

/** Ageing may cost a stream that is just being opened when its connection is told to go away, and ends those that outlast its grace. */
function noneBefore(observation: Observation): Expectation[] {
  const { atMs } = crashOf(observation);
  const opened = openedBefore(observation);
  const failed = opened.filter(
    (stream) => stream.endedAtMs < atMs && stream.record?.code !== 0 && !isAged(stream, observation),
  ).length;
  const most = ageingCosts(observation);
  if (opened.length > 0 && most >= opened.length) return [];
  return [
    {
      id: "none-before",
      what: "no stream fails before a pod crashes, but for what ageing costs",
      bound: most === 0 ? "0 streams" : `<= ${quantity(most, "stream")}`,
      measured: `${failed} of ${quantity(opened.length, "stream")}`,
      ok: opened.length > 0 && failed <= most,
    },
  ];
}

/** When the added pods were all ready; after all time when none was. */
function readyAtMs(observation: Observation): number {
  const added = addedPods(observation);
  const ready = observation.podEvents.filter(({ kind, pod }) => kind === "pod-ready" && added.has(pod));
  return ready.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ready.map(({ atMs }) => atMs));
}

/** A stream is on one pod as long as it lives: HTTP/2 has it on one connection. Ageing with a grace may end it before pods crash. */
function stay(observation: Observation): Expectation {
  const scaledAtMs = observation.steps.find(({ kind }) => kind === "scale")?.atMs ?? Number.NEGATIVE_INFINITY;
  const { atMs } = crashOf(observation);
  const old = openedBefore(observation).filter((stream) =>
    answeredMessages(stream).some((message) => endMs(message) < scaledAtMs),
  );
  const isDueThen = ({ startMs }: MessageRecord) => startMs > scaledAtMs && startMs < atMs;
  const what = "a stream that is open when pods are added goes on, on its pod, until a pod crashes";
  return all("streams-stay", what, old, (stream) => {
    const answered = answeredMessages(stream);
    const isOnOnePod = answered.every(({ pod }) => pod === stream.pod);
    return isOnOnePod && (answered.some(isDueThen) || isAged(stream, observation));
  });
}

/** The streams that were opened from that time until the crash, and told of their pod. */
function openedFrom(fromMs: number, observation: Observation): SeenStream[] {
  return openedBefore(observation).filter(({ openedAtMs, pod }) => openedAtMs >= fromMs && pod !== undefined);
}

/** Of how many streams at least one goes to an added pod, however pods are picked: by lot, it is left out no more often than `mostByChance` lets pass. */
export function certainStreams(podsBefore: number): number {
  const share = ADDED_PODS / (podsBefore + ADDED_PODS);
  let streams = 1;
  while (mostByChance(1, (1 - share) ** streams) > 0) streams += 1;
  return streams;
}

function newStreams(observation: Observation): Expectation[] {
  const { path, knobs } = observation;
  const window = newPodWindow(path);
  if (window === undefined) return isPinned(path) && knobs.maxAgeMs > 0 ? [] : [idle(observation)];
  // By a hash, or as the first of all, the pods may be those of before.
  if (hasOnePodPerConnection(path) || balancerOf(path).pick.kind === "hash") return [];
  const opened = openedFrom(readyAtMs(observation) + window.ms, observation);
  const added = addedPods(observation);
  if (opened.length > 0 && opened.length < certainStreams(knobs.pods)) return [];
  const onAdded = opened.filter(({ pod }) => added.has(pod ?? "")).length;
  return [
    {
      id: "new-streams-spread",
      what: `streams that are opened once the added pods may be known go to them, too (${window.sum})`,
      bound: ">= 1 stream",
      measured: `${onAdded} of ${quantity(opened.length, "stream")}`,
      ok: onAdded >= 1,
    },
  ];
}

function idle(observation: Observation): Expectation {
  const added = addedPods(observation);
  const what = "streams that are opened when the added pods are ready go to the pods of before";
  return all(
    "new-streams-stay",
    what,
    openedFrom(readyAtMs(observation), observation),
    ({ pod = "" }) => !added.has(pod),
  );
}

/** Ageing varies by ± 10 %. Source: gRFC A9, "jitter". */
const LONGEST_AGE = 1.1;
/** A busy machine's timers. */
const MARGIN_MS = 1_000;

function ageing(observation: Observation): Expectation[] {
  const { maxAgeMs, maxAgeGraceMs } = observation.knobs;
  if (maxAgeMs === 0) return [];
  return maxAgeGraceMs === 0 ? outliveGoaway(observation) : endedByGrace(observation);
}

/** The streams that could have outlasted so long before the crash, of those that tell. */
function oldEnough(ms: number, observation: Observation): SeenStream[] {
  const { atMs } = crashOf(observation);
  return openedBefore(observation).filter(
    (stream) => stream.openedAtMs + ms < atMs - MARGIN_MS && answeredMessages(stream).length > 0,
  );
}

/** A stream's connection is older than the stream: when the stream has reached the age, its connection has been told to go away. */
function outliveGoaway(observation: Observation): Expectation[] {
  const ageMs = LONGEST_AGE * observation.knobs.maxAgeMs;
  const old = oldEnough(ageMs, observation);
  if (old.length === 0) return [];
  const what = "a stream goes on when its connection has been told to go away for its age, for no grace is set";
  return [
    all("streams-outlive-goaway", what, old, (stream) =>
      answeredMessages(stream).some(({ startMs }) => startMs >= stream.openedAtMs + ageMs),
    ),
  ];
}

function endedByGrace(observation: Observation): Expectation[] {
  const { maxAgeMs, maxAgeGraceMs } = observation.knobs;
  const mostMs = LONGEST_AGE * maxAgeMs + maxAgeGraceMs + MARGIN_MS;
  const old = oldEnough(mostMs, observation);
  if (old.length === 0) return [];
  const what = `a stream ends with its connection: at most 1.1 x age + grace + 1 s, ${Math.round(mostMs)} ms, after it was opened`;
  return [all("grace-ends-streams", what, old, ({ record }) => record !== undefined && record.latencyMs <= mostMs)];
}

/** A response that has begun commits a stream: nobody repeats it (gRFC A6). */
function lostEnd(observation: Observation): Expectation {
  const what = "every stream on the crashed pod fails with it, retries or not";
  return all("streams-of-pod-fail", what, heldStreams(observation).lost, ({ record }) => (record?.code ?? 0) !== 0);
}

function othersGoOn(observation: Observation): Expectation[] {
  const { others } = heldStreams(observation);
  const { fromMs } = crashOf(observation);
  // Of a single connection to a single pod there are none; and ageing may have ended all of them meanwhile.
  if (others.length === 0 && (hasOnePodPerConnection(observation.path) || hasGrace(observation.knobs))) return [];
  const telling = others.filter(({ messages }) => messages.length > 0);
  const messages = telling.flatMap((stream) => stream.messages);
  const lost = messages.filter(({ code }) => code !== 0).length;
  return [
    all("others-live", "no stream on another pod fails", others, ({ record }) => record?.code === 0),
    all(
      "others-go-on",
      "messages of streams on other pods are answered that are due after the crash",
      telling,
      (stream) => answeredMessages(stream).some(({ startMs }) => startMs > fromMs),
    ),
    {
      id: "others-lose-nothing",
      what: "no message of a stream on another pod is lost",
      bound: "0 messages",
      measured: `${lost} of ${quantity(messages.length, "message")}`,
      ok: messages.length > 0 && lost === 0,
    },
  ];
}

/**
 * A client stream has no answer until it ends, so that nobody knows which of them were on the crashed pod: only that one which ends well was not answered by it.
 * Where calls are retried it may have been repeated, when the pod is back on that one as well.
 */
function clientStreams(observation: Observation): Expectation[] {
  const { path } = observation;
  const ended = heldStreams(observation).unknown.filter(({ record }) => record?.code === 0);
  if (mayBeRetried(path) || ended.length === 0) return [];
  const { pod } = crashOf(observation);
  const what = "a client stream that ends well is answered by another pod than the crashed one";
  return [all("client-streams-elsewhere", what, ended, (stream) => stream.pod !== pod)];
}
