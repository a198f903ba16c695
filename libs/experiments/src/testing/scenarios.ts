import {
  agesDns,
  attemptsUntilAnswered,
  balancerOf,
  hasOnePodPerConnection,
  isPinned,
  isRetried,
  mayBeRetried,
  picksUntilAnswered,
} from "@grpc-lb-lab/modes";
import type { Path } from "@grpc-lb-lab/stage-api";
import { AFTER, FAILING, WELL } from "../bad-pod/seen.ts";
import { DROPPED } from "../dead-peer/drop.ts";
import { noticeWindow } from "../dead-peer/notice-window.ts";
import type { Experiment } from "../experiment.ts";
import { newPodWindow } from "../new-pod-window.ts";
import type { Observation } from "../observation.ts";
import {
  afterMs,
  capacityPerSecond,
  FACTORS,
  AFTER as OVERLOAD_OVER,
  REST,
  stepMs,
  stepName,
} from "../overload/steps.ts";
import { settledMs } from "../pod-crash/crash-window.ts";
import { STORM } from "../retry-storm/seen.ts";
import { DELAY_MS, healthyTurn, slowTurn, TURNS } from "../slow-pod/turns.ts";
import {
  DEADLINE_EXCEEDED,
  type ObservationBuilder,
  type Picker,
  podName,
  UNAVAILABLE,
} from "./observation-builder.ts";

/** What is seen of an experiment when everything goes as it must under the builder's mode and knobs. */
export function asExpected(experiment: Experiment, builder: ObservationBuilder): Observation {
  const scenario = SCENARIOS[experiment.name];
  if (scenario === undefined) throw new Error(`there is no scenario of ${experiment.name}`);
  return scenario(builder).build();
}

const SCENARIOS: Readonly<Record<string, (builder: ObservationBuilder) => ObservationBuilder>> = {
  share: (builder) => builder.calls({ toMs: 2_000, everyMs: 5 }, balanced(builder, podNames(1, builder.knobs.pods))),
  "many-clients": (builder) => {
    const everyMs = 2.5;
    const toMs = (builder.knobs.calls ?? 0) * everyMs;
    return builder.calls({ toMs, everyMs }, balanced(builder, podNames(1, builder.knobs.pods)));
  },
  "scale-up": scaledUp,
  "pod-crash": crashed,
  "dead-peer": vanished,
  "slow-pod": slowInTurns,
  "bad-pod": failedAtOnce,
  "retry-storm": stormed,
  overload: overloaded,
  streams: streamed,
  rollout: (builder) => (agesDns(pathOf(builder)) ? rolledOutTwice(builder) : rolledOut(builder)),
};

function pathOf(builder: ObservationBuilder): Path {
  return builder.build().path;
}

/** A rotation of each client by itself, or its one pod. */
function balanced(builder: ObservationBuilder, pods: readonly string[]): Picker {
  const pinned = isPinned(pathOf(builder));
  return (_atMs, turn, client) => pods[(pinned ? client : turn) % pods.length];
}

function podNames(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => podName(from + i));
}

/** The first pod, to which something happens; who answers as if nothing had; and who answers where it does not. */
function aroundFirst(builder: ObservationBuilder) {
  const { pods } = builder.knobs;
  return { first: podName(1), all: balanced(builder, podNames(1, pods)), others: balanced(builder, podNames(2, pods)) };
}

function scaledUp(builder: ObservationBuilder): ObservationBuilder {
  const { knobs } = builder;
  const before = balanced(builder, podNames(1, knobs.pods));
  const after = balanced(builder, podNames(1, knobs.pods + 2));
  const told = newPodWindow(pathOf(builder)) !== undefined;
  return builder
    .step("scale", 500)
    .joined(knobs.pods + 1, 1_000)
    .joined(knobs.pods + 2, 1_050)
    .calls({ toMs: 4_000, everyMs: 5 }, (atMs, ...turn) => (told && atMs > 1_100 ? after : before)(atMs, ...turn));
}

const CRASH_AT_MS = 1_000;

/** Until when calls that fall on the dead pod fail, where nobody retries; where the balancer notices by itself, or goes on to another pod, those in flight alone do. */
function missedUntilMs(path: Path): number {
  if (isRetried(path)) return 0;
  if (isPinned(path)) return 1_300;
  const { notice, learn, retry } = balancerOf(path);
  if (notice.crash.by === "disconnect" || retry.unconnected === "next host" || retry.attempts > 1) return CRASH_AT_MS;
  return learn.by === "nothing" ? Number.POSITIVE_INFINITY : 2_000;
}

/**
 * The first pod crashes. The crash costs what it must where nobody retries, and nothing otherwise. In a cluster the pod is back within a
 * second, and answers its part again.
 */
function crashed(builder: ObservationBuilder): ObservationBuilder {
  const { first: dead, all, others } = aroundFirst(builder);
  const path = pathOf(builder);
  const untilMs = missedUntilMs(path);
  const toMs = CRASH_AT_MS + settledMs(builder.build()) + 500;
  const backAtMs = builder.stage === "kubernetes" ? CRASH_AT_MS + 800 : Number.POSITIVE_INFINITY;
  builder.step("crash", CRASH_AT_MS, { pod: dead }).event("pod-crashed", dead, CRASH_AT_MS + 5);
  if (backAtMs < toMs) builder.event("pod-ready", dead, backAtMs);
  return builder.calls({ toMs, everyMs: 5, latencyMs: 20 }, (atMs, ...turn) => {
    const pod = all(atMs, ...turn);
    if (pod !== dead || atMs + 20 < CRASH_AT_MS) return pod;
    if (atMs >= backAtMs && !isPinned(path)) return pod;
    return atMs < untilMs ? undefined : others(atMs, ...turn);
  });
}

const DROP_AT_MS = 1_000;
const UNNOTICED_WATCH_MS = 12_000;

/** The first pod vanishes; calls to it fail until 100 ms before they must not any more. */
function vanished(builder: ObservationBuilder): ObservationBuilder {
  const { first: dead, all, others } = aroundFirst(builder);
  const window = noticeWindow(builder.build());
  const toMs = DROP_AT_MS + (window === undefined ? UNNOTICED_WATCH_MS : window.ms + 1_000);
  const noticedAtMs = window === undefined ? toMs : DROP_AT_MS + window.ms - 100;
  builder.step("drop", DROP_AT_MS, { pod: dead }).phase(DROPPED, DROP_AT_MS + 50, toMs);
  return builder.calls({ toMs, everyMs: 10, failWith: DEADLINE_EXCEEDED }, (atMs, ...turn) => {
    const pod = all(atMs, ...turn);
    if (pod !== dead || atMs < DROP_AT_MS) return pod;
    return atMs < noticedAtMs ? undefined : others(atMs, ...turn);
  });
}

const TURN_MS = 1_500;

/** The first pod is slow in every second turn. Whoever looks at what is under way gives it a call now and then. */
function slowInTurns(builder: ObservationBuilder): ObservationBuilder {
  const { first: slow, all, others } = aroundFirst(builder);
  const path = pathOf(builder);
  const { kind } = balancerOf(path).pick;
  const isSpared = !isPinned(path) && (kind === "least request" || kind === "peak ewma");
  const isSlow = (atMs: number) => atMs % (2 * TURN_MS) >= TURN_MS;
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const slowFromMs = (2 * turn - 1) * TURN_MS;
    builder
      .phase(healthyTurn(turn), slowFromMs - TURN_MS, slowFromMs)
      .phase(slowTurn(turn), slowFromMs, slowFromMs + TURN_MS);
    builder.step("slow", slowFromMs, { pod: slow });
  }
  const latencyMs = (pod: string | undefined, atMs: number) => (pod === slow && isSlow(atMs) ? DELAY_MS : 0) + 3;
  return builder.calls({ toMs: 2 * TURNS * TURN_MS, everyMs: 5, latencyMs }, (atMs, turn, client) =>
    (isSpared && isSlow(atMs) && turn % 50 !== 0 ? others : all)(atMs, turn, client),
  );
}

const FAIL_AT_MS = 1_000;
const WELL_AGAIN_AT_MS = 4_500;

/** The first pod fails at once for three seconds. Whoever looks at what is under way draws it for two calls of five, and prefers it for nearly all of these. */
function failedAtOnce(builder: ObservationBuilder): ObservationBuilder {
  const { first: bad, all, others } = aroundFirst(builder);
  const path = pathOf(builder);
  const isPinnedPath = isPinned(path);
  const isLiked = !isPinnedPath && balancerOf(path).pick.kind === "least request";
  const isHidden = !isPinnedPath && picksUntilAnswered(path) > 1;
  const isFailing = (atMs: number) => atMs >= FAIL_AT_MS && atMs < WELL_AGAIN_AT_MS;
  const drawn = 1 - (1 - 1 / builder.knobs.pods) ** 2;
  builder.step("fail", FAIL_AT_MS, { pod: bad }).step("recover", WELL_AGAIN_AT_MS, { pod: bad });
  builder.phase(WELL, 0, FAIL_AT_MS).phase(FAILING, FAIL_AT_MS, WELL_AGAIN_AT_MS).phase(AFTER, WELL_AGAIN_AT_MS, 5_500);
  const latencyMs = (pod: string | undefined) => (pod === undefined ? 1 : 50);
  return builder.calls({ toMs: 5_500, everyMs: 5, latencyMs }, (atMs, turn, client) => {
    const pod = all(atMs, turn, client);
    if (!isFailing(atMs)) return pod;
    if (isHidden) return others(atMs, turn, client);
    if (isLiked) return (turn * drawn) % 1 < drawn - 0.01 ? undefined : others(atMs, turn, client);
    return pod === bad ? undefined : pod;
  });
}

const STORM_FROM_MS = 1_000;
const STORM_TO_MS = 5_000;

/** The first half of the pods refuses; whoever tries again finds another pod at once, where there is one. */
function stormed(builder: ObservationBuilder): ObservationBuilder {
  const { pods } = builder.knobs;
  const path = pathOf(builder);
  const half = Math.floor(pods / 2);
  const refusing = new Set(podNames(1, half));
  const [all, others] = [balanced(builder, podNames(1, pods)), balanced(builder, podNames(half + 1, pods))];
  const most = attemptsUntilAnswered(path);
  const isRefused: (...call: Parameters<Picker>) => boolean = (atMs, ...turn) =>
    atMs >= STORM_FROM_MS && refusing.has(all(atMs, ...turn) ?? "");
  for (const pod of refusing) builder.step("refuse", STORM_FROM_MS, { pod });
  builder.phase(WELL, 0, STORM_FROM_MS).phase(STORM, STORM_FROM_MS, STORM_TO_MS).counted();
  return builder.calls(
    {
      toMs: STORM_TO_MS,
      everyMs: 10,
      attempts: (...call) => (isRefused(...call) ? (isPinned(path) ? most : Math.min(2, most)) : 1),
    },
    (...call) => {
      if (!isRefused(...call)) return all(...call);
      return isPinned(path) || most === 1 ? undefined : others(...call);
    },
  );
}

/**
 * Where more is asked of pods than they can do, the line grows until calls wait for their deadline: the first are answered late, then one in forty. Where all
 * calls of a client go to one pod, that is overloaded sooner. Half a second after the overload all are answered again that can be.
 */
function overloaded(builder: ObservationBuilder): ObservationBuilder {
  const { knobs } = builder;
  const { deadlineMs, workMs, pods, clients } = knobs;
  const all = balanced(builder, podNames(1, pods));
  const busiest = hasOnePodPerConnection(pathOf(builder)) ? pods / Math.min(pods, clients) : 1;
  const capacity = capacityPerSecond(knobs);
  let fromMs = 0;
  const stretch = (name: string, factor: number, ms: number, isOver: boolean) => {
    const begunMs = fromMs;
    fromMs += ms;
    if (begunMs > 0) builder.rate(factor * capacity, begunMs);
    builder.phase(name, begunMs, fromMs);
    const fails = (atMs: number, turn: number) => isOver && atMs > begunMs + 2 * workMs && turn % 40 !== 0;
    const latencyMs = (pod: string | undefined) => (pod === undefined ? deadlineMs + 2 : workMs + 3);
    builder.calls(
      { fromMs: begunMs, toMs: fromMs, everyMs: 1_000 / (factor * capacity), latencyMs, failWith: DEADLINE_EXCEEDED },
      (atMs, turn, client) => (fails(atMs, turn) ? undefined : all(atMs, turn, client)),
    );
  };
  for (const factor of FACTORS) stretch(stepName(factor), factor, stepMs(knobs), factor * busiest > 1);
  stretch(OVERLOAD_OVER, REST, afterMs(knobs), REST * busiest > 1);
  return builder;
}

const SCALE_AT_MS = 2_000;
const ADDED_READY_AT_MS = 3_000;
const OPENED_EVERY_MS = 100;
const NEW_STREAMS = 60;
/** Each fourth of eleven, about, is a client stream, which has no records of messages. */
const isClientStream = (turn: number) => turn % 11 === 1 || turn % 11 === 4 || turn % 11 === 7;

/** Streams are opened before pods are added, and once the added ones may be known; all go on until the first pod crashes, and those on others beyond. */
function streamed(builder: ObservationBuilder): ObservationBuilder {
  const { pods, clients } = builder.knobs;
  const window = newPodWindow(pathOf(builder));
  const newFromMs = ADDED_READY_AT_MS + (window?.ms ?? 0);
  const crashAtMs = newFromMs + (NEW_STREAMS + 5) * OPENED_EVERY_MS;
  const before = balanced(builder, podNames(1, pods));
  const after = window === undefined ? before : balanced(builder, podNames(1, pods + 2));
  builder
    .step("scale", SCALE_AT_MS)
    .joined(pods + 1, ADDED_READY_AT_MS - 50)
    .joined(pods + 2, ADDED_READY_AT_MS);
  builder.step("crash", crashAtMs, { pod: podName(1) }).event("pod-crashed", podName(1), crashAtMs + 5);
  const open = (n: number, fromMs: number, pick: Picker) => {
    const client = n % clients;
    const pod = pick(fromMs, Math.floor(n / clients), client);
    const isLost = pod === podName(1);
    const end = isLost ? { toMs: crashAtMs + 6, code: UNAVAILABLE } : { toMs: crashAtMs + 1_000 };
    if (isClientStream(n)) return builder.stream({ fromMs, client, pod: isLost ? undefined : pod, ...end });
    const dueMs = [fromMs, SCALE_AT_MS + 500, crashAtMs - 100].filter((due) => due >= fromMs);
    return builder.stream({ fromMs, client, pod, dueMs: isLost ? dueMs : [...dueMs, crashAtMs + 300], ...end });
  };
  const old = SCALE_AT_MS / OPENED_EVERY_MS;
  for (let n = 0; n < old; n++) open(n, n * OPENED_EVERY_MS, before);
  for (let n = 0; n < NEW_STREAMS; n++) open(old + n, newFromMs + n * OPENED_EVERY_MS, after);
  return builder;
}

/** Pod i is gone when pod n + i has been ready for a second; without drain, and nobody retrying, that costs a call each. */
function rolledOut(builder: ObservationBuilder): ObservationBuilder {
  const { pods, drain } = builder.knobs;
  replace(builder, 1, 500, 300);
  const costly = !drain && !mayBeRetried(pathOf(builder));
  const path = pathOf(builder);
  const isLost = !isPinned(path) && balancerOf(path).learn.by === "nothing";
  const old = balanced(builder, podNames(1, pods));
  const fresh = balanced(builder, podNames(pods + 1, 2 * pods));
  builder.phase("rollout", 300, 6_000);
  return builder.calls({ toMs: 6_000, everyMs: 20 }, (atMs, ...turn) => {
    if (costly && atMs === 1_000) return undefined;
    if (isLost && atMs >= 1_000) return undefined;
    return (atMs < 1_000 ? old : fresh)(atMs, ...turn);
  });
}

const OUTAGE = { fromMs: 4_000, toMs: 8_500 };
const SLOW_FROM_MS = 10_000;
const LAST_FROM_MS = 32_000;
const SLOW_TO_MS = 35_000;

/** Elsewhere than on the local stage everything takes four times as long. */
function rolledOutTwice(builder: ObservationBuilder): ObservationBuilder {
  const { pods } = builder.knobs;
  const slower = builder.stage === "local" ? 1 : 4;
  replace(builder, 1, 500 * slower, 300 * slower);
  replace(builder, pods + 1, (SLOW_FROM_MS + 500) * slower, 4_000 * slower);
  builder.phase("quick", 300, SLOW_FROM_MS * slower).phase("slow", SLOW_FROM_MS * slower, SLOW_TO_MS * slower);
  const [old, fresh, last] = [1, pods + 1, 2 * pods + 1].map((from) =>
    balanced(builder, podNames(from, from + pods - 1)),
  );
  return builder.calls({ toMs: SLOW_TO_MS * slower, everyMs: 20 * slower }, (atMs, ...turn) => {
    const ms = atMs / slower;
    if (ms >= OUTAGE.fromMs && ms < OUTAGE.toMs) return undefined;
    const current = ms < OUTAGE.fromMs ? old : ms < LAST_FROM_MS ? fresh : last;
    return current?.(atMs, ...turn);
  });
}

/** Replaces the pods from number `first` on, one each `stepMs`. */
function replace(builder: ObservationBuilder, first: number, fromMs: number, stepMs: number): void {
  const { pods } = builder.knobs;
  builder.step("restart", fromMs);
  for (let i = 0; i < pods; i++) {
    const readyAtMs = fromMs + (i + 1) * stepMs;
    builder.joined(first + pods + i, readyAtMs);
    builder
      .event("pod-terminating", podName(first + i), readyAtMs)
      .event("pod-gone", podName(first + i), readyAtMs + 1_500);
  }
}
