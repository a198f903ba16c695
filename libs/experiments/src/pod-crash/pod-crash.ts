import { type CallRecord, monotonicMs } from "@grpc-lb-lab/measure";
import { InputError } from "@grpc-lb-lab/stage";
import type { Course, Experiment } from "../experiment.ts";
import type { KnobOverrides } from "../knobs.ts";
import { failedCalls } from "../observation.ts";
import { partOfCalls } from "../quantity.ts";
import { settledMs } from "./crash-window.ts";
import { podCrashExpectations } from "./pod-crash-expectations.ts";

const BEFORE_MS = 1_000;
const AFTER_MS = 500;

/** `pod-crash`: which calls does the crash of a pod in use cost? */
export const podCrash: Experiment = {
  name: "pod-crash",
  question: "Which calls does the crash of a pod in use cost, without retries by the client?",
  alone: false,
  knobs: (_mode, overrides) => {
    if (overrides.pods === 1) throw new InputError("pod-crash needs 2 pods or more: with 1 no other is left to answer");
    return { rate: 200, workMs: 20, timings: { restartAfterMs: restartAfterMs(overrides) } };
  },
  course: async (course) => {
    await course.pause(BEFORE_MS);
    const pod = await podInUse(course);
    course.note("crash", { pod });
    const settledAtMs = monotonicMs() + settledMs({ ...course, timings: course.deployment.timings });
    await course.deployment.crash(pod);
    await course.pause(settledAtMs - monotonicMs());
    // At a low rate the next call may be a while.
    await course.load.waitFor((records) => records.some(({ startMs }) => startMs > settledAtMs), course.signal);
    await course.pause(AFTER_MS);
  },
  expectations: podCrashExpectations,
  summary: ({ records }) => {
    const part = partOfCalls(failedCalls(records).length, records.length);
    return `${part.charAt(0).toUpperCase()}${part.slice(1)} failed when a pod crashed.`;
  },
};

/** Longer than the experiment looks: a pod that is back at once would hide what its absence does. */
function restartAfterMs({ timings = {} }: KnobOverrides): number {
  const { endpointLagMs = 0, dnsTtlMs = 0, dnsRefreshMs = 0 } = timings;
  return 6_000 + 3 * endpointLagMs + dnsTtlMs + dnsRefreshMs;
}

/** The pod that answered last: with one connection the only one in use. */
async function podInUse({ load, signal }: Course): Promise<string> {
  const answered = ({ code, pod }: CallRecord) => code === 0 && pod !== undefined;
  await load.waitFor((records) => records.some(answered), signal);
  return load.records.findLast(answered)?.pod ?? "";
}
