import { callsPerPod, type Expectation } from "@grpc-lb-lab/measure";
import { isPinned } from "@grpc-lb-lab/modes";
import type { TimeWindow } from "@grpc-lb-lab/stage-api";
import { addedPods } from "../added-pods.ts";
import { onePodPerConnection, onlyAgeingFails } from "../aged-connections.ts";
import { withinMs } from "../expectation.ts";
import { newPodWindow } from "../new-pod-window.ts";
import { type Observation, timesToFirstCall } from "../observation.ts";
import { quantity } from "../quantity.ts";

/** How many pods `scale-up` adds. */
export const ADDED_PODS = 2;

/** What must come out of `scale-up`: new pods take calls within the mode's window, or none at all where nothing tells the client. */
export function scaleUpExpectations(observation: Observation): Expectation[] {
  return [newPodsReady(observation), newPodsAnswer(observation), onlyAgeingFails(observation)];
}

/** New pods that became ready, with the time from readiness to the first answered call; null: no answer. */
export function newPodTimes(observation: Observation): { pod: string; ms: number | null }[] {
  const fresh = addedPods(observation);
  return timesToFirstCall(observation).filter(({ pod }) => fresh.has(pod));
}

function newPodsReady(observation: Observation): Expectation {
  const ready = newPodTimes(observation).length;
  return {
    id: "new-pods-ready",
    what: "the added pods become ready",
    bound: quantity(ADDED_PODS, "pod"),
    measured: quantity(ready, "pod"),
    ok: ready === ADDED_PODS,
  };
}

function newPodsAnswer(observation: Observation): Expectation {
  const window = newPodWindow(observation.path);
  if (window !== undefined) return answerWithin(observation, window);
  const isByChance = isPinned(observation.path) && observation.knobs.maxAgeMs > 0;
  return isByChance ? pinned(observation) : newPodsIdle(observation);
}

function answerWithin(observation: Observation, { ms, sum }: TimeWindow): Expectation {
  const times = newPodTimes(observation).map((time) => time.ms ?? Number.POSITIVE_INFINITY);
  const slowest = Math.max(...times);
  const what = `every new pod answers its first call soon after it is ready (${sum})`;
  return withinMs("new-pods-answer", what, Number.isFinite(slowest) ? slowest : null, ms);
}

/** Calls must go on while the new pods are ready, for without any it means nothing that those answer none. */
function newPodsIdle(observation: Observation): Expectation {
  const { records, pods, podEvents } = observation;
  const lastReadyAtMs = Math.max(...podEvents.filter(({ kind }) => kind === "pod-ready").map(({ atMs }) => atMs));
  const since = records.filter(({ code, startMs }) => code === 0 && startMs > lastReadyAtMs).length;
  const calls = callsPerPod(records);
  const onNewPods = pods.reduce((sum, { first, pod }) => sum + (first ? 0 : (calls.get(pod) ?? 0)), 0);
  return {
    id: "new-pods-idle",
    what: "no call reaches the new pods while the client's connections live",
    bound: "0 calls",
    measured: `${onNewPods} of ${quantity(since, "call")}`,
    ok: since > 0 && onNewPods === 0,
  };
}

/** With ageing a client connects anew, and chance may send it to a new pod; it stays there until that connection ages. */
function pinned(observation: Observation): Expectation {
  const what = "all calls of a client go to the pods of its connections";
  return onePodPerConnection("one-pod-per-connection", what, observation.records, observation);
}
