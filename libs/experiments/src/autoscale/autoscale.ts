import { monotonicMs } from "@grpc-lb-lab/measure";
import { type AutoscalerView, InputError } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import type { AutoscalingSample } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { autoscaleCurves } from "./autoscale-curves.ts";
import { autoscaleExpectations, seenAutoscaling } from "./autoscale-expectations.ts";
import { BusiestPod } from "./busiest-pod.ts";
import { targetMilliCpu } from "./target-milli-cpu.ts";

/** What a call takes of a pod that works on one at a time: a pod that is always busy does 5 of them a second, and uses a fifth of a CPU. */
const WORK_MS = 160;
const WORK_CPU_MS = 40;
const AT_ONCE = 1;
/** Nobody gives up meanwhile: a line of calls that do would be the matter of `overload`. */
const DEADLINE_MS = 30_000;
/** Calls that the client has under way for each of the first pods: more than any of them does at a time, so that every pod that gets its part is busy. */
const IN_FLIGHT_PER_POD = 4;
const PODS = 4;
/** How many times as many pods there may be. */
const MOST_TIMES = 2;
/** How long it may take until the autoscaler sees pods that have just started: metrics are gathered every 15 s, over as long, and those of a start do not count. */
const BLIND_MS = 120_000;
/** How long it is watched from then on: it looks every 15 s. */
const WATCHED_MS = 60_000;
/** How long new pods are watched. */
const AFTER_MS = 15_000;
const LOOK_MS = 2_000;

/** `autoscale`: what does an autoscaler by CPU make of a client that asks for more than its pod can do? */
export const autoscale: Experiment = {
  name: "autoscale",
  question: "Does an autoscaler by CPU add pods when one client asks for too much?",
  alone: true,
  isInDemo: false,
  needs: { containerUsage: true, autoscaler: true },
  load: { kind: "unary" },
  knobs: ({ asked: { pods = PODS, rate, clients = 1 } }) => {
    if (clients > 1) throw new InputError("autoscale is about one client that asks for too much: leave --clients out");
    if (rate !== undefined)
      throw new InputError("autoscale's client has so many calls under way: set --in-flight, not --rate");
    return {
      workMs: WORK_MS,
      workCpuMs: WORK_CPU_MS,
      workAtOnce: AT_ONCE,
      deadlineMs: DEADLINE_MS,
      inFlight: IN_FLIGHT_PER_POD * pods,
    };
  },
  course: watchAutoscaler,
  roughSeconds: () => (BLIND_MS / 4 + WATCHED_MS + AFTER_MS) / 1_000,
  expectations: autoscaleExpectations,
  curves: autoscaleCurves,
  figures: [
    {
      id: "scaled-pods",
      heading: ["pods: first,", "autoscaled"],
      unit: "count",
      rank: 76,
      read: ({ curves = [] }) => {
        const points = curves.find(({ id }) => id === "autoscaled-pods")?.points ?? [];
        return points.length === 0 ? [] : [points[0]?.y ?? null, points.at(-1)?.y ?? null];
      },
    },
  ],
  summary: (observation) => {
    const { first, last, busiestMilliCpu, meanMilliCpu } = seenAutoscaling(observation);
    const cpu = `the busiest pod used ${Math.round(busiestMilliCpu)} mCPU, the mean was ${Math.round(meanMilliCpu)} mCPU`;
    return last > first
      ? `${quantity(first, "pod")} became ${last}: ${cpu}.`
      : `${quantity(first, "pod")} stayed ${first}, though ${cpu}.`;
  },
};

async function watchAutoscaler(course: Course): Promise<void> {
  const { deployment, knobs, note, phase } = course;
  const meanMilliCpu = targetMilliCpu(knobs);
  if (meanMilliCpu < 1) throw new InputError("autoscale needs work that takes CPU: leave out --work-cpu 0");
  const mostPods = MOST_TIMES * knobs.pods;
  const watch = new Watch(course);
  note("autoscale", { detail: `${meanMilliCpu} mCPU a pod, ${knobs.pods} to ${mostPods} pods` });
  await deployment.autoscale({ meanMilliCpu, leastPods: knobs.pods, mostPods });
  const { meanMilliCpu: seen, problem = "it does not say why" } = await watch.until(BLIND_MS, hasSeen);
  if (seen === undefined) throw new InputError(`the cluster's autoscaler sees no CPU (${problem}); ${REMEDY}`);
  await phase("watched", async () => void (await watch.until(WATCHED_MS, ({ pods }) => pods > knobs.pods)));
  await phase("after", async () => void (await watch.until(AFTER_MS, () => false)));
}

const REMEDY = "install metrics-server (https://github.com/kubernetes-sigs/metrics-server), or give it more time";

const hasSeen = ({ meanMilliCpu }: AutoscalingSample) => meanMilliCpu !== undefined;

type Look = AutoscalingSample & Pick<AutoscalerView, "problem">;

/** Looks at the autoscaler again and again. */
class Watch {
  readonly #course: Course;
  readonly #busiest = new BusiestPod();

  constructor(course: Course) {
    this.#course = course;
  }

  /** Until it sees enough, or for so long, pauses alone counted; resolves with the last look. */
  async until(forMs: number, isEnough: (sample: AutoscalingSample) => boolean): Promise<Look> {
    const { pause, keepAutoscaling } = this.#course;
    for (let pausedMs = 0; ; pausedMs += LOOK_MS) {
      const look = await this.#look();
      keepAutoscaling(look);
      if (isEnough(look) || pausedMs >= forMs) return look;
      await pause(LOOK_MS);
    }
  }

  async #look(): Promise<Look> {
    const { deployment } = this.#course;
    const [view, usage] = await Promise.all([deployment.autoscalerView(), deployment.containerUsage()]);
    const pods = deployment.pods().filter(({ ready }) => ready).length;
    return { ...view, atMs: monotonicMs(), pods, busiestMilliCpu: this.#busiest.milliCpu(usage) };
  }
}
