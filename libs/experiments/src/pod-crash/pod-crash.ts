import { monotonicMs } from "@grpc-lb-lab/measure";
import { InputError, waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Experiment } from "../experiment.ts";
import { failedByPhase } from "../figures.ts";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { failedCalls } from "../observation.ts";
import { podInUse } from "../pod-in-use.ts";
import { capitalized, partOfCalls } from "../quantity.ts";
import { settledMs } from "./crash-window.ts";
import { podCrashExpectations } from "./pod-crash-expectations.ts";

const BEFORE_MS = 1_000;
const AFTER_MS = 500;

/** `pod-crash`: which calls fail when a pod in use crashes? */
export const podCrash: Experiment = {
  name: "pod-crash",
  question: "Which calls fail when a pod in use crashes and the client does not retry?",
  alone: false,
  load: { kind: "unary", ratePerSecond: 200 },
  knobs: ({ asked }) => {
    if (asked.pods === 1) throw new InputError("pod-crash needs at least 2 pods: with 1, no other pod could answer");
    return { workMs: 20, timings: { restartAfterMs: restartAfterMs(asked) } };
  },
  course: async (course) => {
    await course.pause(BEFORE_MS);
    const pod = await podInUse(course);
    course.note("crash", { pod });
    const mostMs = settledMs({ ...course, timings: course.deployment.timings });
    await course.deployment.crash(pod);
    // In a cluster the end of the pod is seen a while after it.
    const ends = (signal: AbortSignal) =>
      course.deployment.waitFor((event) => event.kind === "pod-crashed" && event.pod === pod, signal);
    await waitAtMost(mostMs, course.signal, ends);
    const settledAtMs = monotonicMs() + mostMs;
    await course.pause(settledAtMs - monotonicMs());
    // At a low rate the next call may be a while.
    await course.load.waitFor((records) => records.some(({ startMs }) => startMs > settledAtMs), course.signal);
    await course.pause(AFTER_MS);
  },
  roughSeconds: (basis) => (BEFORE_MS + settledMs(basis) + AFTER_MS) / 1_000,
  expectations: podCrashExpectations,
  figures: [{ id: "failed", heading: ["failed:", "crash"], unit: "calls", rank: 40, read: failedByPhase }],
  summary: ({ records }) => {
    const part = partOfCalls(failedCalls(records).length, records.length);
    return `${capitalized(part)} failed when a pod crashed.`;
  },
};

/** Where it can be set, longer than the experiment looks: a pod that is back at once hides what its absence does. */
function restartAfterMs({ timings = {} }: KnobOverrides): number {
  const { endpointLagMs = 0, dnsTtlMs = 0, dnsRefreshMs = 0 } = timings;
  return 6_000 + 3 * endpointLagMs + dnsTtlMs + dnsRefreshMs;
}
