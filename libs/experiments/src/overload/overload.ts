import type { CallRecord, Curve, RunResult } from "@grpc-lb-lab/measure";
import type { Course, Experiment } from "../experiment.ts";
import type { Observation } from "../observation.ts";
import { overloadExpectations } from "./overload-expectations.ts";
import { overloadKnobs } from "./own-knobs.ts";
import { goodput, refused, type SeenStep, seenAfter, seenSteps, timedOut } from "./seen.ts";
import { AFTER, afterMs, capacityPerSecond, courseMs, FACTORS, REST, stepMs, stepName } from "./steps.ts";

/** `overload`: what becomes of calls when more are made than pods can do? */
export const overload: Experiment = {
  name: "overload",
  question: "What becomes of calls when more are made than pods can do?",
  alone: true,
  isInDemo: false,
  load: { kind: "unary", ratePerSecond: 100 },
  knobs: ({ asked }) => overloadKnobs(asked),
  course: async (course) => {
    const { knobs, pause, phase } = course;
    for (const factor of FACTORS) {
      if (factor !== REST) await ask(factor, course);
      await phase(stepName(factor), () => pause(stepMs(knobs)));
    }
    await ask(REST, course);
    await phase(AFTER, () => pause(afterMs(knobs)));
  },
  roughSeconds: ({ knobs }) => courseMs(knobs) / 1_000,
  expectations: overloadExpectations,
  curves: (observation) => {
    const steps = seenSteps(observation);
    return [
      curve("goodput", "Goodput by what is asked", "goodput", steps, (step) => goodput(step, observation)),
      curve("refused", "Calls refused by what is asked", "refused", steps, (step) =>
        partOf(step, refused, observation),
      ),
      curve("timed-out", "Calls timed out by what is asked", "timed out", steps, (step) =>
        partOf(step, timedOut, observation),
      ),
    ];
  },
  // Of four rates there is no room in a comparison; the curves have all.
  figures: [
    {
      id: "goodput",
      heading: ["goodput", "at 1, 2 x"],
      unit: "part",
      explanation:
        "Goodput is what is answered in time, as a part of what the pods can do, when so many times as much is asked.",
      rank: 24,
      read: (run) => [...valueAt(1, "goodput", run), ...valueAt(2, "goodput", run)],
    },
    {
      id: "refused",
      heading: ["refused", "at 2 x"],
      unit: "part",
      rank: 25,
      read: (run) => valueAt(2, "refused", run),
    },
    {
      id: "timed-out",
      heading: ["timed out", "at 2 x"],
      unit: "part",
      rank: 26,
      read: (run) => valueAt(2, "timed-out", run),
    },
    {
      id: "answered-p95",
      heading: ["p95", "at 2 x"],
      unit: "ms",
      ofAnsweredCalls: true,
      rank: 73,
      read: ({ phases }) => phases.filter(({ name }) => name === stepName(2)).map(({ latencyMs }) => p95Of(latencyMs)),
    },
  ],
  summary: (observation) => {
    const last = seenSteps(observation).at(-1);
    if (last === undefined) return "The run ended before the overload.";
    const percent = (part: number) => `${Math.round(100 * part)} %`;
    const [inVain, atOnce] = [timedOut, refused].map((which) => percent(partOf(last, which, observation) ?? 0));
    const twice = `Asked for twice what pods can do, they did ${percent(goodput(last, observation))} of it; ${inVain} of the calls timed out and ${atOnce} were refused at once`;
    return `${twice}; ${afterwards(observation)}.`;
  },
};

/** Goes on with so many times as many calls as the pods can do. */
async function ask(factor: number, { knobs, load, note }: Course): Promise<void> {
  const rate = factor * capacityPerSecond(knobs);
  note("rate", { detail: `${Math.round(rate)} calls a second` });
  await load.setRate(rate);
}

function partOf(
  { calls }: SeenStep,
  which: (calls: readonly CallRecord[], observation: Observation) => readonly CallRecord[],
  observation: Observation,
): number | null {
  return calls.length === 0 ? null : which(calls, observation).length / calls.length;
}

function curve(
  id: string,
  title: string,
  label: string,
  steps: readonly SeenStep[],
  y: (step: SeenStep) => number | null,
): Curve {
  const points = steps.map((step, index) => ({ x: FACTORS[index] ?? 0, y: y(step) }));
  return {
    id,
    title,
    x: { label: "times what pods can do", isLogarithmic: false },
    y: { label, unit: "part" },
    points,
  };
}

function valueAt(factor: number, id: string, { curves = [] }: Omit<RunResult, "figures">): (number | null)[] {
  const points = curves.filter((one) => one.id === id).flatMap((one) => one.points);
  return points.filter(({ x }) => x === factor).map(({ y }) => y);
}

function p95Of(latencyMs: RunResult["latencyMs"] | undefined): number | null {
  return (latencyMs?.calls ?? 0) === 0 ? null : (latencyMs?.p95 ?? null);
}

/** What came after it. */
function afterwards(observation: Observation): string {
  const [after] = seenAfter(observation);
  if (after === undefined) return "the run ended before it was over";
  const failures = after.calls.filter(({ code }) => code !== 0);
  const last = failures.at(-1);
  if (last === undefined) return "none failed afterwards";
  return `the last that failed afterwards began after ${Math.round(last.startMs - after.phase.fromMs)} ms`;
}
