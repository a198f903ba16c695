import { beganMs, type CallRecord, endMs, ownMs } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { clientsOfPod } from "../clients-of-pod.ts";
import { answeredCalls, failedCalls, type Observation, type ObservedPhase } from "../observation.ts";
import { AFTER, capacityPerSecond, FACTORS, stepName } from "./steps.ts";

/** What was seen of a stretch in which calls came at one rate. */
export interface SeenStep {
  readonly phase: ObservedPhase;
  /** The calls that really began in it: a client that is behind makes up for it later. */
  readonly calls: readonly CallRecord[];
  /** Those of them that were answered before it was over. All of their work lies in it. */
  readonly done: readonly CallRecord[];
  /** How many times as much was really asked of the pod of which most was, as it can do. */
  readonly load: number;
}

/** The steps of `observation`, by what was meant to be asked; those that were not come to are left out. */
export function seenSteps(observation: Observation): SeenStep[] {
  return FACTORS.flatMap((factor) => seenStep(stepName(factor), observation));
}

/** The stretch after the overload; empty: it was not come to. */
export function seenAfter(observation: Observation): SeenStep[] {
  return seenStep(AFTER, observation);
}

function seenStep(name: string, observation: Observation): SeenStep[] {
  const phase = observation.phases.find((one) => one.name === name);
  if (phase === undefined) return [];
  const calls = observation.records.filter((call) => beganMs(call) >= phase.fromMs && beganMs(call) < phase.toMs);
  const done = answeredCalls(calls).filter((call) => endMs(call) <= phase.toMs);
  return [{ phase, calls, done, load: Math.max(...loads(calls, phase, observation)) }];
}

/** How many times as much was asked of pods as they can do: of all together, and of each by itself where all calls of a client go to one. */
function loads(calls: readonly CallRecord[], { fromMs, toMs }: ObservedPhase, observation: Observation): number[] {
  const { path, knobs, pods, records } = observation;
  const most = (ofPods: number) => (capacityPerSecond({ ...knobs, pods: ofPods }) * (toMs - fromMs)) / 1_000;
  const ofAll = calls.length / most(knobs.pods);
  // With ageing a client may get another pod meanwhile.
  if (!hasOnePodPerConnection(path) || knobs.maxAgeMs > 0) return [ofAll];
  // Where its connection is lost, a client may come to another pod: the last that answered it counts.
  const soFar = records.filter((call) => beganMs(call) < toMs);
  const ofEach = pods.map(({ pod }) => {
    const clients = clientsOfPod(pod, soFar);
    return calls.filter(({ client }) => clients.has(client)).length / most(1);
  });
  return [ofAll, ...ofEach];
}

/** More than chance, and what the client is behind, makes of what is meant to be half of what pods can do. */
const QUIET = 0.75;
/** So much that calls cannot be in time for long, nor can a machine's slowness alone have made it so. */
const OVER = 1.25;

/** Whether every pod could do what was asked of it, and has as much to spare as a busy machine takes. */
export function isQuiet({ load }: SeenStep, { path, knobs }: Observation): boolean {
  // With ageing, clients that have one pod each may come to one.
  return load <= QUIET && !(hasOnePodPerConnection(path) && knobs.maxAgeMs > 0);
}

/** Whether more was asked than pods can do, or one of them can that is the only one of its clients. */
export function isOver({ load }: SeenStep): boolean {
  return load >= OVER;
}

/** How many pods answered any call of a run. */
export function podsInUse({ records }: Pick<Observation, "records">): number {
  return new Set(answeredCalls(records).map(({ pod }) => pod)).size;
}

/** How many calls so many pods can do at most, all of whose work lies in a stretch: Node's timers may fire a millisecond early. */
export function mostDone(
  pods: number,
  { phase: { fromMs, toMs } }: SeenStep,
  { knobs }: Pick<Observation, "knobs">,
): number {
  const worksOfOne = Math.floor((toMs - fromMs) / Math.max(1, knobs.workMs - 1));
  return pods * knobs.workAtOnce * worksOfOne;
}

/** How many calls a second were answered in a stretch, as a part of what all pods can do. */
export function goodput({ done, phase: { fromMs, toMs } }: SeenStep, { knobs }: Pick<Observation, "knobs">): number {
  return (1_000 * done.length) / (toMs - fromMs) / capacityPerSecond(knobs);
}

/** Envoy's own timer ends a call a moment before its client's does, as UNAVAILABLE: not the status tells what waited in vain, but the time. */
const WAITED = 0.9;
/** So much of a deadline is at once. */
const AT_ONCE = 0.25;

/** How long a call takes at most that is refused at once, in ms. */
export function atOnceMs({ knobs }: Pick<Observation, "knobs">): number {
  return AT_ONCE * knobs.deadlineMs;
}

/** The calls that failed when they had waited for their deadline. */
export function timedOut(calls: readonly CallRecord[], { knobs }: Pick<Observation, "knobs">): CallRecord[] {
  return failedCalls(calls).filter((call) => ownMs(call) >= WAITED * knobs.deadlineMs);
}

/** RESOURCE_EXHAUSTED and UNAVAILABLE. */
const REFUSALS: readonly number[] = [8, 14];

/** The calls that were refused at once; where connections are closed on which calls are cancelled, the youngest of those that this cuts off may be among them. */
export function refused(calls: readonly CallRecord[], observation: Pick<Observation, "knobs">): CallRecord[] {
  return calls.filter((call) => REFUSALS.includes(call.code) && ownMs(call) <= atOnceMs(observation));
}
