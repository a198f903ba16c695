import type { CallRecord, MessageRecord } from "@grpc-lb-lab/measure";
import type { Observation } from "../observation.ts";
import { crashOf } from "../pod-crash/crash.ts";
import { turnsOf } from "../slow-pod/turns.ts";
import { DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE } from "./observation-builder.ts";

/** A way in which what was seen can differ from what was to be seen. */
export type Mutation = (observation: Observation) => Observation;

type Change = (record: CallRecord, index: number) => CallRecord;
type Which = (record: CallRecord, index: number, all: readonly CallRecord[]) => boolean;

function changed(observation: Observation, change: Change, which: Which = () => true): Observation {
  const records = observation.records.map((record, i, all) => (which(record, i, all) ? change(record, i) : record));
  return { ...observation, records };
}

const fail: Change = (record) => ({ ...record, code: UNAVAILABLE, pod: undefined });

/** The last call of all. */
export function isLast(_record: CallRecord, index: number, all: readonly CallRecord[]): boolean {
  return index === all.length - 1;
}

/** The calls of which `which` is true fail. */
export const failing =
  (which: Which): Mutation =>
  (observation) =>
    changed(observation, fail, which);
/** One call fails, the first. */
export const oneFails = failing((_record, i) => i === 0);
/** One call fails, the last. */
export const lastFails = failing(isLast);
/** Every second call fails. */
export const halfFail = failing((_record, i) => i % 2 === 0);
/** Every second call fails when its response has begun. */
export const halfCutShort: Mutation = (observation) =>
  changed(
    observation,
    (record) => ({ ...record, code: INTERNAL, pod: undefined, cutShort: true }),
    (_record, i) => i % 2 === 0,
  );
/** Every call fails. */
export const allFail = failing(() => true);
/** The calls that start in the last `ms` fail. */
export const lastOnesFail = (ms: number): Mutation =>
  failing(({ startMs }, _i, all) => startMs > (all.at(-1)?.startMs ?? 0) - ms);

/** No call fails that starts in the last `ms`: those that did are answered by whoever answered first. */
export const lastOnesAnswered =
  (ms: number): Mutation =>
  (observation) => {
    const pod = observation.records.find(({ code }) => code === 0)?.pod;
    return changed(
      observation,
      (record) => ({ ...record, code: 0, pod }),
      ({ code, startMs }, _i, all) => code !== 0 && startMs > (all.at(-1)?.startMs ?? 0) - ms,
    );
  };
/** No call fails. */
export const noneFails = lastOnesAnswered(Number.POSITIVE_INFINITY);

/** Every answered call is answered by one of the pods chosen; each client goes round them. */
export const answeredBy =
  (choose: (observation: Observation) => readonly string[]): Mutation =>
  (observation) => {
    const pods = choose(observation);
    return changed(
      observation,
      (record, i) => ({ ...record, pod: pods[Math.floor(i / observation.knobs.clients) % pods.length] }),
      ({ code }) => code === 0,
    );
  };

/** Every call that was meant to start while a pod was slow takes so long. */
export const slowTurnsTake =
  (latencyMs: number): Mutation =>
  (observation) => {
    const slow = new Set(turnsOf(observation).slow);
    return changed(
      observation,
      (record) => ({ ...record, latencyMs }),
      (record) => slow.has(record),
    );
  };

/** Every call is answered at once, by whoever answered first. */
export const allAnsweredAtOnce: Mutation = (observation) =>
  changed(noneFails(observation), (record) => ({ ...record, latencyMs: 1, lagMs: 0 }));

/** Every call that fails does so at once. */
export const failuresAtOnce: Mutation = (observation) =>
  changed(
    observation,
    (record) => ({ ...record, latencyMs: 1 }),
    ({ code }) => code !== 0,
  );

/** The first pod: in `pod-crash` the one that crashes. */
export const firstPod = ({ pods }: Observation) => pods.slice(0, 1).map(({ pod }) => pod);
/** The last pod. */
export const lastPod = ({ pods }: Observation) => pods.slice(-1).map(({ pod }) => pod);
/** All pods. */
export const anyPod = ({ pods }: Observation) => pods.map(({ pod }) => pod);
/** The pods of the first zone. */
export const podsOfOneZone = ({ pods }: Observation) =>
  pods.filter(({ zone }) => zone === pods[0]?.zone).map(({ pod }) => pod);
/** The first pod of each zone. */
export const onePodOfEachZone = ({ pods }: Observation) => {
  const zones = [...Map.groupBy(pods, ({ zone }) => zone).values()];
  return zones.flatMap((members) => members.slice(0, 1).map(({ pod }) => pod));
};
/** The pods that were there before the load. */
export const podsOfBefore = ({ pods }: Observation) => pods.filter(({ first }) => first).map(({ pod }) => pod);

/** The pods that joined. */
export const podsAdded = ({ pods }: Observation) => pods.filter(({ first }) => !first).map(({ pod }) => pod);

/** One call, the last, is answered by a pod that joined. */
export const newPodAnswersLast: Mutation = (observation) => {
  const pod = observation.pods.find(({ first }) => !first)?.pod;
  return changed(observation, (record) => ({ ...record, pod }), isLast);
};

/** The last event of a kind was not seen. */
export const unseen =
  (kind: string): Mutation =>
  (observation) => {
    const last = observation.podEvents.findLastIndex((event) => event.kind === kind);
    return { ...observation, podEvents: observation.podEvents.toSpliced(last, 1) };
  };

/** The first pod answers every call, though nobody has seen it come back. */
export const deadPodAnswersAll: Mutation = (observation) => {
  const podEvents = observation.podEvents.filter(
    ({ kind, atMs }) => kind !== "pod-ready" || atMs < observation.beganAtMs,
  );
  return answeredBy(firstPod)({ ...observation, podEvents });
};

/** Every call fails at its deadline that does not end before the phase begins. */
export const failingByDeadlineIn =
  (name: string): Mutation =>
  (observation) => {
    const fromMs = observation.phases.find((phase) => phase.name === name)?.fromMs ?? 0;
    return changed(
      observation,
      (record) => ({ ...record, code: DEADLINE_EXCEEDED, pod: undefined }),
      ({ startMs, latencyMs }) => startMs + latencyMs >= fromMs,
    );
  };

/** The first pod answers a call that starts after it has ended. */
export const deadPodAnswersLast: Mutation = (observation) => {
  const [pod] = firstPod(observation);
  return changed(observation, (record) => ({ ...record, code: 0, pod }), isLast);
};

/** The calls of a phase fail of which `which` is true; the phase lasts `longerMs` longer. */
export const failingIn =
  (name: string, which: Which, longerMs = 0): Mutation =>
  (observation) => {
    const phases = observation.phases.map((phase) =>
      phase.name === name ? { ...phase, toMs: phase.toMs + longerMs } : phase,
    );
    const phase = phases.find((candidate) => candidate.name === name);
    const inPhase = ({ startMs }: CallRecord) => phase !== undefined && startMs >= phase.fromMs && startMs < phase.toMs;
    return changed({ ...observation, phases }, fail, (record, ...rest) => inPhase(record) && which(record, ...rest));
  };

/** So many times as many attempts reached the pods. */
export const receivedTimes =
  (factor: number): Mutation =>
  (observation) => {
    const received = Array.from(observation.received ?? [], ([pod, calls]) => [pod, factor * calls] as const);
    return { ...observation, received: new Map(received) };
  };

function changedMessages(
  observation: Observation,
  change: (message: MessageRecord) => Partial<MessageRecord>,
): Observation {
  return { ...observation, messages: observation.messages.map((message) => ({ ...message, ...change(message) })) };
}

function seenMessages(observation: Observation, is: (message: MessageRecord) => boolean): Observation {
  return { ...observation, messages: observation.messages.filter(is) };
}

/** Every stream fails as soon as it is opened, whatever became of its messages. */
export const streamsFailAtOnce: Mutation = (observation) =>
  changed(observation, (record) => ({ ...record, code: UNAVAILABLE, latencyMs: 1 }));

/** Streams that are answered are answered by one of the pods chosen, in turns, from the first message to the last. */
export const streamsAnsweredBy =
  (choose: (observation: Observation) => readonly string[]): Mutation =>
  (observation) => {
    const pods = choose(observation);
    const podOf = (stream = 0) => pods[stream % pods.length];
    const records = observation.records.map((record) =>
      record.pod === undefined ? record : { ...record, pod: podOf(record.stream) },
    );
    return changedMessages({ ...observation, records }, ({ stream }) => ({ pod: podOf(stream) }));
  };

/** Messages are answered by another pod each. */
export const streamsMove: Mutation = (observation) =>
  changedMessages(observation, ({ message }) => ({ pod: observation.pods[message]?.pod }));

/** Of each stream the first message alone is answered, and no other was seen. */
export const streamsFallSilent: Mutation = (observation) => seenMessages(observation, ({ message }) => message === 0);

/** No message was seen that was due after the crash. */
export const silentAfterCrash: Mutation = (observation) => {
  const { atMs } = crashOf(observation);
  return seenMessages(observation, ({ startMs }) => startMs < atMs);
};

/** Every message is lost but the first of each stream. */
export const messagesLost: Mutation = (observation) =>
  changedMessages(observation, ({ message }) => (message === 0 ? {} : { code: UNAVAILABLE }));

/** Nothing was seen at all. */
export const nothingSeen: Mutation = (observation) => ({
  ...observation,
  records: [],
  messages: [],
  podEvents: [],
  steps: [],
  phases: [],
});
