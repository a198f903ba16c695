import { callsPerPod, type Expectation } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { onlyAgeingFails } from "../aged-connections.ts";
import { medianAtLeast } from "../expectation.ts";
import { newPodWindow } from "../new-pod-window.ts";
import { answeredCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { targetMilliCpu } from "./target-milli-cpu.ts";

/** What must come out of `autoscale`. */
export function autoscaleExpectations(observation: Observation): Expectation[] {
  const seen = seenAutoscaling(observation);
  if (hasOnePodPerConnection(observation.path)) return fooled(observation, seen);
  return [scaled(seen), overTarget(seen, observation), ...newPods(observation), onlyAgeingFails(observation)];
}

/** What was seen of an autoscaler; 0 where it never saw anything. */
interface SeenAutoscaling {
  /** Ready pods at the beginning, and at the end. */
  readonly first: number;
  readonly last: number;
  /** The most that one pod used, and that the autoscaler saw on average, while there were as many pods as at first; in thousandths of a CPU. */
  readonly busiestMilliCpu: number;
  readonly meanMilliCpu: number;
}

/** The autoscaling of `observation`. */
export function seenAutoscaling({ autoscaling = [] }: Observation): SeenAutoscaling {
  const first = autoscaling[0]?.pods ?? 0;
  const before = autoscaling.filter(({ pods }) => pods <= first);
  const most = (values: readonly (number | undefined)[]) => Math.max(0, ...values.map((value) => value ?? 0));
  return {
    first,
    last: autoscaling.at(-1)?.pods ?? 0,
    busiestMilliCpu: most(before.map(({ busiestMilliCpu }) => busiestMilliCpu)),
    meanMilliCpu: most(before.map(({ meanMilliCpu }) => meanMilliCpu)),
  };
}

/** One pod has all the work and the others none: the mean stays below what the autoscaler keeps to, however long calls wait. */
function fooled(
  observation: Observation,
  { first, last, busiestMilliCpu, meanMilliCpu }: SeenAutoscaling,
): Expectation[] {
  const target = targetMilliCpu(observation.knobs);
  return [
    {
      id: "not-scaled",
      what: "the autoscaler adds no pod, for the mean of all pods stays below what it keeps to",
      bound: quantity(first, "pod"),
      measured: `${quantity(last, "pod")}, mean ${Math.round(meanMilliCpu)} of ${target} mCPU`,
      ok: first > 0 && last === first && meanMilliCpu > 0,
    },
    {
      id: "one-pod-saturated",
      what: "the busiest pod uses more than the autoscaler keeps to on average",
      bound: `> ${target} mCPU of 1 pod`,
      measured: `${Math.round(busiestMilliCpu)} mCPU of 1 pod`,
      ok: busiestMilliCpu > target,
    },
    callsWait(observation),
    onlyAgeingFails(observation),
  ];
}

/** Of the time that all calls under way take at one pod, one after the other, what most calls wait at least. */
const WAITED = 0.5;

function callsWait({ records, knobs }: Observation): Expectation {
  const { inFlight = 1, workAtOnce, workMs, workCpuMs } = knobs;
  const leastMs = Math.round((WAITED * inFlight * (workMs + workCpuMs)) / Math.max(1, workAtOnce));
  return medianAtLeast("calls-wait", "most calls wait for the others at the one pod", answeredCalls(records), leastMs);
}

function scaled({ first, last }: SeenAutoscaling): Expectation {
  return {
    id: "scaled",
    what: "the autoscaler adds pods",
    bound: `> ${quantity(first, "pod")}`,
    measured: quantity(last, "pod"),
    ok: first > 0 && last > first,
  };
}

function overTarget({ meanMilliCpu, first }: SeenAutoscaling, { knobs }: Observation): Expectation {
  const target = targetMilliCpu(knobs);
  return {
    id: "mean-over-target",
    what: "every pod has its part of the work, so that the mean is over what the autoscaler keeps to",
    bound: `> ${target} mCPU on average of ${quantity(first, "pod")}`,
    measured: `${Math.round(meanMilliCpu)} mCPU on average of ${quantity(first, "pod")}`,
    ok: meanMilliCpu > target,
  };
}

/** Whether the pods that were added take work off the others. Nothing is expected where they may be without calls for longer than they were watched. */
function newPods(observation: Observation): Expectation[] {
  const { path, pods, records, podEvents, endedAtMs } = observation;
  const window = newPodWindow(path);
  const latestMs = endedAtMs - (window?.ms ?? 0);
  const readyAtMs = new Map(podEvents.filter(({ kind }) => kind === "pod-ready").map(({ pod, atMs }) => [pod, atMs]));
  const added = pods.filter(({ pod, first }) => !first && (readyAtMs.get(pod) ?? Number.POSITIVE_INFINITY) <= latestMs);
  if (window !== undefined && added.length === 0) return [];
  const calls = callsPerPod(records);
  const answering = added.filter(({ pod }) => (calls.get(pod) ?? 0) > 0).length;
  if (window === undefined)
    return [
      {
        id: "new-pods-idle",
        what: "no call reaches the added pods while the client's connections live, so that they help nobody",
        bound: `0 of ${quantity(added.length, "pod")}`,
        measured: `${answering} of ${quantity(added.length, "pod")}`,
        ok: added.length > 0 && answering === 0,
      },
    ];
  return [
    {
      id: "new-pods-answer",
      what: "the added pods answer calls",
      bound: quantity(added.length, "pod"),
      measured: quantity(answering, "pod"),
      ok: added.length > 0 && answering === added.length,
    },
  ];
}
