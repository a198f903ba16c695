import type { RunResult } from "@grpc-lb-lab/measure";
import { InputError } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import { callsOfResultPhase, failedPartOf } from "../figures.ts";
import { failedCalls } from "../observation.ts";
import { podInUse } from "../pod-in-use.ts";
import { partOfCalls, quantity } from "../quantity.ts";
import { retryStormExpectations } from "./retry-storm-expectations.ts";
import { STORM, seenStorm } from "./seen.ts";

const CODE = "UNAVAILABLE";
/** Attempts in all, as many a team sets them. */
const ATTEMPTS = 3;
/** How long a call takes, and a refusal as well: a pod that refuses at once is the matter of `bad-pod`. */
const WORK_MS = 50;
const WELL = "well";
const WELL_MS = 1_000;
const STORM_MS = 4_000;

/** `retry-storm`: half of the pods refuse. What do retries make of the load, and what of the calls? */
export const retryStorm: Experiment = {
  name: "retry-storm",
  question: "How many attempts reach the pods for each call when half of them refuse?",
  alone: false,
  isInDemo: false,
  // At random: of an even load the attempts after a refusal fall on the same place of a rotation again and again.
  load: { kind: "unary", ratePerSecond: 100, arrivals: "random", isCounted: true },
  knobs: ({ asked }) => {
    if (asked.pods === 1) throw new InputError("retry-storm needs at least 2 pods: with 1, half of them is none");
    return { workMs: WORK_MS, retry: String(ATTEMPTS) };
  },
  course: async (course) => {
    const { pause, phase } = course;
    await phase(WELL, () => pause(WELL_MS));
    await refuseByHalf(course);
    await phase(STORM, () => pause(STORM_MS));
    await course.endAndCount();
  },
  roughSeconds: () => (WELL_MS + STORM_MS) / 1_000,
  expectations: retryStormExpectations,
  figures: [
    {
      id: "amplification",
      heading: ["attempts,", "retry storm"],
      unit: "times",
      explanation: "The attempts of a retry storm are those that reach pods, for each call that a client makes.",
      rank: 48,
      read: attemptsPerCall,
    },
    {
      id: "failed-part",
      heading: ["failed:", "retry storm"],
      unit: "part",
      rank: 49,
      read: failedPartOf(STORM),
    },
  ],
  summary: (observation) => {
    const { during, attempts } = seenStorm(observation);
    const failed = partOfCalls(failedCalls(during).length, during.length);
    return `${quantity(during.length, "call")} became ${quantity(attempts ?? 0, "attempt")} while half of the pods refused; ${failed} failed.`;
  },
};

/** The pod in use is one of them: where a connection has one pod, the storm has a client. */
async function refuseByHalf(course: Course): Promise<void> {
  const { deployment, note } = course;
  const inUse = await podInUse(course);
  const others = deployment
    .pods()
    .map(({ name }) => name)
    .filter((name) => name !== inUse);
  const refusing = [inUse, ...others].slice(0, Math.floor((1 + others.length) / 2));
  for (const pod of refusing) {
    note("refuse", { pod });
    await deployment.fault(pod, { errorCode: CODE, errorShare: 1, latencyMs: course.knobs.workMs });
  }
}

/** Calls that are not of the storm are taken for one attempt each. */
function attemptsPerCall(run: Omit<RunResult, "figures">): number[] {
  const { pods, calls } = run;
  const { all = 0 } = callsOfResultPhase(STORM, run) ?? {};
  if (all === 0 || pods.every(({ received }) => received === undefined)) return [];
  const attempts = pods.reduce((sum, { received = 0 }) => sum + received, 0);
  return [(attempts - (calls.total - all)) / all];
}
