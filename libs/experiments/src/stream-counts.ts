import { endMs, type MessageRecord, type StreamCounts } from "@grpc-lb-lab/measure";
import type { Observation } from "./observation.ts";
import { type SeenStream, seenStreams } from "./seen-streams.ts";

/** What a result tells of a run's streams and their messages. */
export function streamCounts(observation: Observation): StreamCounts {
  const { messages } = observation;
  const answered = messages.filter(({ code }) => code === 0).length;
  const streams = seenStreams(observation);
  const gaps = streams.filter(({ record }) => record?.code === 0).map((stream) => longestGapMs(stream.messages));
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), Number.NEGATIVE_INFINITY);
  return {
    byPod: streamsPerPod(streams),
    messages: messages.length,
    lost: messages.length - answered,
    longestGapMs: Number.isFinite(longest) ? longest : null,
  };
}

/** The longest time between two answers that came one after the other. */
function longestGapMs(messages: readonly MessageRecord[]): number {
  const ends = messages.filter(({ code }) => code === 0).map(endMs);
  return ends.slice(1).reduce((most, end, i) => Math.max(most, end - (ends[i] ?? end)), 0);
}

function streamsPerPod(streams: readonly SeenStream[]): Record<string, number> {
  const pods = Map.groupBy(streams, ({ pod }) => pod);
  return Object.fromEntries([...pods].flatMap(([pod, on]) => (pod === undefined ? [] : [[pod, on.length]])));
}
