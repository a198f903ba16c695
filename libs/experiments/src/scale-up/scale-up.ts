import { agesDns } from "@grpc-lb-lab/modes";
import { waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import { newPodWindow } from "../new-pod-window.ts";
import { duration, quantity } from "../quantity.ts";
import { slowestFirstCall } from "./first-call.ts";
import { ADDED_PODS, newPodTimes, scaleUpExpectations } from "./scale-up-expectations.ts";

const BEFORE_MS = 500;
const AFTER_MS = 500;
/** How long to look at pods that get no call: long enough that none is a finding. */
const IDLE_WATCH_MS = 3_000;
/** Until added pods are ready, roughly. */
const POD_START_MS = 1_000;
const AND = new Intl.ListFormat("en");

/** `scale-up`: how long does a new pod wait for its first call? */
export const scaleUp: Experiment = {
  name: "scale-up",
  question: "How long does a new pod wait for its first call?",
  alone: false,
  load: { kind: "unary", ratePerSecond: 100 },
  // Else no connection ever drops, and DNS is never asked again.
  knobs: ({ path }) => (agesDns(path) ? { maxAgeMs: 3_000 } : {}),
  course: async (course) => {
    const { deployment, knobs } = course;
    await course.pause(BEFORE_MS);
    course.note("scale", { detail: `${knobs.pods} to ${knobs.pods + ADDED_PODS} pods` });
    const before = new Set(deployment.pods().map(({ name }) => name));
    await deployment.scale(knobs.pods + ADDED_PODS);
    const names = deployment.pods().map(({ name }) => name);
    const added = names.filter((name) => !before.has(name));
    const window = newPodWindow(course.path);
    if (window === undefined) await course.pause(IDLE_WATCH_MS);
    else await untilAllAnswer(course, added, window.ms + AFTER_MS);
    await course.pause(AFTER_MS);
  },
  roughSeconds: ({ path }) => (BEFORE_MS + POD_START_MS + (newPodWindow(path)?.ms ?? IDLE_WATCH_MS) + AFTER_MS) / 1_000,
  expectations: scaleUpExpectations,
  figures: [{ id: "first-call", heading: ["new pods'", "1st call"], unit: "ms", rank: 30, read: slowestFirstCall }],
  summary: (observation) => {
    const times = newPodTimes(observation);
    const waits = times.flatMap(({ ms }) => (ms === null ? [] : [duration(ms)]));
    const idle = times.length - waits.length;
    if (times.length === 0) return "No new pod became ready.";
    if (waits.length === 0) return `${quantity(idle, "new pod")} got no call at all.`;
    const whose = waits.length === 1 ? "its" : "their";
    const none = idle === 0 ? "" : `; ${idle === 1 ? "the other" : `${idle} others`} got none`;
    return `${quantity(waits.length, "new pod")} got ${whose} first call after ${AND.format(waits)}${none}.`;
  },
};

/** Returns when every pod of `added` has answered, or the window has passed: then the expectation tells. */
async function untilAllAnswer({ load, signal }: Course, added: readonly string[], windowMs: number): Promise<void> {
  const silent = new Set<string | undefined>(added);
  const allAnswer = (until: AbortSignal) =>
    load.waitFor((calls) => {
      for (const { pod } of calls) silent.delete(pod);
      return silent.size === 0;
    }, until);
  await waitAtMost(windowMs, signal, allAnswer);
}
