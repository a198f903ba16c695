import { monotonicMs } from "@grpc-lb-lab/measure";
import { InputError, waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import { failedByPhase } from "../figures.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { podInUse } from "../pod-in-use.ts";
import { duration, partOfCalls } from "../quantity.ts";
import { deadPeerExpectations } from "./dead-peer-expectations.ts";
import { callsSinceDrop, DROPPED, dropOf } from "./drop.ts";
import { noticeWindow } from "./notice-window.ts";

const BEFORE_MS = 1_000;
const AFTER_MS = 1_000;
/** How long to look where nobody can notice: long enough that failures at its end are a finding. */
const UNNOTICED_WATCH_MS = 12_000;
/**
 * How long to wait for an answer once the pod's silence is noticed. Where connections are balanced each new one falls on the vanished pod with a chance
 * of 1/n; one that does costs 3 s (Linux asks three times for an address that nobody has) and a back-off that grows to 5 s by the fourth.
 */
const RECONNECTED_MS = 60_000;
/** Calls that start so shortly before the end of a watch show that they fail still. */
const STILL_MS = 1_000;

/** `dead-peer`: how long do calls go to a pod that has vanished silently? */
export const deadPeer: Experiment = {
  name: "dead-peer",
  question: "How long do calls go to a pod that has vanished silently?",
  alone: false,
  needs: { fault: "packets" },
  load: { kind: "unary", ratePerSecond: 100 },
  knobs: ({ asked }) => {
    if (asked.pods === 1) throw new InputError("dead-peer needs at least 2 pods: with 1, no other pod could answer");
    return { deadlineMs: 1_000, keepaliveMs: 2_000 };
  },
  course: async (course) => {
    await course.pause(BEFORE_MS);
    const pod = await podInUse(course);
    course.note("drop", { pod });
    await course.deployment.fault(pod, { packets: "dropped" });
    await course.phase(DROPPED, () => watch(course, pod));
  },
  roughSeconds: (basis) => (BEFORE_MS + (noticeWindow(basis)?.ms ?? UNNOTICED_WATCH_MS) + AFTER_MS) / 1_000,
  expectations: deadPeerExpectations,
  figures: [{ id: "failed", heading: ["failed:", "dead peer"], unit: "calls", rank: 75, read: failedByPhase }],
  summary,
};

async function watch(course: Course, pod: string): Promise<void> {
  const window = noticeWindow(course);
  if (window === undefined) return course.pause(UNNOTICED_WATCH_MS);
  const { load, signal } = course;
  const noticedAtMs = monotonicMs() + window.ms;
  await course.pause(window.ms);
  const answered = (until: AbortSignal) =>
    load.waitFor(
      (records) => records.some((record) => record.code === 0 && record.pod !== pod && record.startMs > noticedAtMs),
      until,
    );
  await waitAtMost(RECONNECTED_MS, signal, answered);
  await course.pause(AFTER_MS);
}

function summary(observation: Observation): string {
  const { fromMs, toMs } = dropOf(observation);
  const since = callsSinceDrop(observation);
  const failed = failedCalls(since);
  const last = failed.at(-1);
  const part = partOfCalls(failed.length, since.length);
  if (last === undefined) return `None of ${since.length} calls failed after a pod vanished.`;
  const how = last.startMs >= toMs - STILL_MS ? "still failed" : "failed until";
  const untilMs = how === "still failed" ? toMs - fromMs : Math.max(0, last.startMs - fromMs);
  return `Calls ${how} ${duration(untilMs)} after a pod vanished: ${part}.`;
}
