import { type CallRecord, type MessageRecord, monotonicMs } from "@grpc-lb-lab/measure";
import { waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Course, LengthBasis } from "../experiment.ts";
import { freshOf } from "../fresh-of.ts";
import { newPodWindow } from "../new-pod-window.ts";
import { hasGrace } from "./held-streams.ts";
import { ADDED_PODS, certainStreams } from "./streams-expectations.ts";

/** How long the oldest streams last, roughly: what a demo bears. In production they last for minutes. */
export const STREAM_MS = 10_000;
/** How many streams are opened in that time. */
const OPENED = 100;
/** The part of that time in which nothing happens at first. */
const SETTLED_PART = 0.2;
/** Eight kinds of eleven tell of their pod while they live. */
const TELLING_PART = 8 / 11;
/** How long is waited at most, beside the time that it takes, on a busy machine. */
const PATIENCE_MS = 5_000;
/** Until added pods are ready, roughly. */
const POD_START_MS = 1_000;
const AFTER_MS = 500;

/** Adds pods, waits until streams are opened that may go to them, and crashes a pod. */
export async function streamsCourse(course: Course): Promise<void> {
  const { deployment, knobs, note, pause, phase } = course;
  await phase("settled", () => pause(SETTLED_PART * lengthMs(knobs)));
  note("scale", { detail: `${knobs.pods} to ${knobs.pods + ADDED_PODS} pods` });
  await deployment.scale(knobs.pods + ADDED_PODS);
  await pause(newPodWindow(course.path)?.ms ?? 0);
  await phase("scaled", () => untilOpened(course));
  await phase("crash", () => crashPod(course));
}

/** How long that takes, roughly, in seconds. */
export function streamsSeconds({ path, knobs }: LengthBasis): number {
  const scaleMs = POD_START_MS + (newPodWindow(path)?.ms ?? 0);
  return (SETTLED_PART * lengthMs(knobs) + scaleMs + openedMs(knobs) + 2 * AFTER_MS) / 1_000;
}

/** Streams opened per second: as many in a stream's length, however long that is. */
export function rateOf(streamMs: number): number {
  return (1_000 * OPENED) / streamMs;
}

function lengthMs({ streamMs = STREAM_MS }: Pick<LengthBasis["knobs"], "streamMs">): number {
  return streamMs;
}

/** Until so many streams have been opened that certainly go to added pods, too. */
function openedMs({ pods, rate = rateOf(STREAM_MS) }: Pick<LengthBasis["knobs"], "pods" | "rate">): number {
  return (1_000 * certainStreams(pods)) / TELLING_PART / rate;
}

/** Waits until so many streams that are opened from now on have told of their pods. */
async function untilOpened({ load, knobs, signal }: Course): Promise<void> {
  const fromMs = monotonicMs();
  const needed = certainStreams(knobs.pods);
  const told = new Set<number>();
  const isNew = ({ code, startMs, message }: MessageRecord) => code === 0 && message === 0 && startMs >= fromMs;
  const fresh = freshOf(() => load.messages);
  await waitAtMost(openedMs(knobs) + PATIENCE_MS, signal, (ofWait) =>
    load.waitFor(() => {
      for (const message of fresh()) if (isNew(message)) told.add(message.stream);
      return told.size >= needed;
    }, ofWait),
  );
}

/** Crashes a pod with streams, and waits until all streams have gone on or ended. */
async function crashPod(course: Course): Promise<void> {
  const { deployment, load, signal, note, pause } = course;
  await load.waitFor(() => openStreams(load).size > 0, signal);
  const pod = podToCrash(course);
  note("crash", { pod });
  await deployment.crash(pod);
  // In a cluster the end of the pod is seen a while after it.
  await waitAtMost(PATIENCE_MS, signal, (ofWait) =>
    deployment.waitFor((event) => event.kind === "pod-crashed" && event.pod === pod, ofWait),
  );
  await untilAllGoOn(course);
  await pause(AFTER_MS);
}

/** The pod of the oldest stream that is open; or of the youngest where ageing ends streams, and might end the oldest just now. */
function podToCrash({ load, knobs }: Course): string {
  const open = openStreams(load);
  const firsts = load.messages.filter(({ stream, message, code }) => message === 0 && code === 0 && open.has(stream));
  return firsts.at(hasGrace(knobs) ? -1 : 0)?.pod ?? "";
}

/** Waits until each stream that is open now has answered a message that is due later, or has ended. */
async function untilAllGoOn({ load, signal }: Course): Promise<void> {
  const atMs = monotonicMs();
  const pending = openStreams(load);
  const [messages, records] = [freshOf(() => load.messages), freshOf((): readonly CallRecord[] => load.records)];
  await waitAtMost(PATIENCE_MS, signal, (ofWait) =>
    load.waitFor(() => {
      for (const { code, startMs, stream } of messages()) if (code === 0 && startMs > atMs) pending.delete(stream);
      for (const { stream = -1 } of records()) pending.delete(stream);
      return pending.size === 0;
    }, ofWait),
  );
}

/** The streams that have told of a pod and not ended. */
function openStreams({ messages, records }: Course["load"]): Set<number> {
  const open = new Set(messages.filter(({ code, message }) => code === 0 && message === 0).map(({ stream }) => stream));
  for (const { stream = -1 } of records) open.delete(stream);
  return open;
}
