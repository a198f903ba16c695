import { evenness } from "@grpc-lb-lab/measure";
import { agesDns } from "@grpc-lb-lab/modes";
import { type CallKind, InputError, type Method } from "@grpc-lb-lab/stage-api";
import type { Experiment, FigureDeclaration, LengthBasis } from "../experiment.ts";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { crashOf } from "../pod-crash/crash.ts";
import { duration, quantity } from "../quantity.ts";
import { streamCounts } from "../stream-counts.ts";
import { heldStreams } from "./held-streams.ts";
import { rateOf, STREAM_MS, streamsCourse, streamsSeconds } from "./streams-course.ts";
import { streamsExpectations } from "./streams-expectations.ts";

/** From one message of a stream to the next. */
const EVERY_MS = 200;

const streamOf = (method: Method): CallKind & { readonly method: Method } => ({
  method,
  messages: { everyMs: EVERY_MS },
});

/** A prime number of kinds, and few pods are as many: with three, a rotation over six pods would give each pod streams of one kind alone. */
const KINDS = [
  ...Array.from({ length: 3 }, () => [streamOf("SayHelloStream"), streamOf("SayHelloToMany"), streamOf("Chat")]).flat(),
  streamOf("SayHelloStream"),
  streamOf("Chat"),
];

/** `streams`: what becomes of long streams when pods are added, when connections age, and when a pod crashes? */
export const streams: Experiment = {
  name: "streams",
  question: "Where do long streams stay when pods are added, and which of them does a crash end?",
  alone: false,
  isInDemo: false,
  load: {
    kind: "streams",
    ratePerSecond: rateOf(STREAM_MS),
    streams: KINDS,
  },
  knobs: ({ asked, path }) => {
    if (asked.pods === 1)
      throw new InputError("streams needs at least 2 pods: with 1, no stream could go on elsewhere");
    if (asked.inFlight !== undefined)
      throw new InputError("streams opens streams by a schedule: give --rate in the place of --in-flight");
    const streamMs = asked.streamMs ?? STREAM_MS;
    return { streamMs, rate: rateOf(streamMs), ...ageingOf(path) };
  },
  course: streamsCourse,
  roughSeconds: streamsSeconds,
  expectations: streamsExpectations,
  figures: [
    {
      id: "streams-even",
      heading: ["streams", "even"],
      unit: "ratio",
      explanation:
        "Streams are even as Jain’s index of the pods’ streams says, of all that were opened: 1 is even, 1/n is one pod of n.",
      rank: 24,
      read: ({ ofStreams: counts, pods }) =>
        counts === undefined ? [] : [evenness(pods.map(({ pod }) => counts.byPod[pod] ?? 0))],
    },
    ofStreams("streams-failed", ["streams", "failed"], "calls", 48, ({ calls }) => calls.failed),
    ofStreams("messages-lost", ["messages", "lost"], "count", 49, ({ ofStreams: counts }) => counts?.lost ?? 0),
    ofStreams(
      "longest-gap",
      ["longest gap,", "others"],
      "ms",
      50,
      ({ ofStreams: counts }) => counts?.longestGapMs ?? null,
    ),
  ],
  summary: (observation) => {
    const { lost, others } = heldStreams(observation);
    const { lost: messages, longestGapMs } = streamCounts(observation);
    if (crashOf(observation).pod === undefined) return "No pod crashed.";
    const gap = longestGapMs === null ? "" : `; the longest gap of those that ended well was ${duration(longestGapMs)}`;
    return `${quantity(lost.length, "stream")} and ${quantity(messages, "message")} were lost with a pod, and ${others.length} on others went on${gap}.`;
  },
};

function ofStreams(
  id: string,
  heading: FigureDeclaration["heading"],
  unit: FigureDeclaration["unit"],
  rank: number,
  figure: (run: Parameters<FigureDeclaration["read"]>[0]) => number | null,
): FigureDeclaration {
  return { id, heading, unit, rank, read: (run) => (run.ofStreams === undefined ? [] : [figure(run)]) };
}

/** Else no connection ever drops, and DNS is never asked again. */
function ageingOf(path: LengthBasis["path"]): KnobOverrides {
  return agesDns(path) ? { maxAgeMs: 3_000 } : {};
}
