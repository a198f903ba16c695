import { type CallRecord, endMs } from "@grpc-lb-lab/measure";
import { isPinned } from "@grpc-lb-lab/modes";
import { clientsOfPod } from "../clients-of-pod.ts";
import type { Observation } from "../observation.ts";

/** The phase in which the pod is watched that has vanished. */
export const DROPPED = "dropped";

/** The drop of a pod's packets that an experiment made. Times on the lab's clock. */
export interface Drop {
  readonly pod: string | undefined;
  /** When it began; the load's beginning when there was none. */
  readonly atMs: number;
  /** When no packet got through any more: from when on windows count. */
  readonly fromMs: number;
  /** When nobody looked any more. */
  readonly toMs: number;
}

/** The drop of `observation`. */
export function dropOf({ steps, phases, beganAtMs, endedAtMs }: Observation): Drop {
  const step = steps.find(({ kind }) => kind === "drop");
  const phase = phases.find(({ name }) => name === DROPPED);
  const atMs = step?.atMs ?? beganAtMs;
  return { pod: step?.pod, atMs, fromMs: phase?.fromMs ?? atMs, toMs: phase?.toMs ?? endedAtMs };
}

/** The calls that ended before the drop. */
export function callsBeforeDrop(observation: Observation): CallRecord[] {
  const { atMs } = dropOf(observation);
  return observation.records.filter((record) => endMs(record) < atMs);
}

/** The calls that were meant to start since the drop. */
export function callsSinceDrop(observation: Observation): CallRecord[] {
  const { atMs, toMs } = dropOf(observation);
  return observation.records.filter(({ startMs }) => startMs >= atMs && startMs < toMs);
}

/** Of {@link callsSinceDrop} those of the clients that can have met the pod: where connections are balanced those whose connection was to it, else all. */
export function callsAtRisk(observation: Observation): CallRecord[] {
  const since = callsSinceDrop(observation);
  if (!isPinned(observation.path)) return since;
  const clients = clientsOfPod(dropOf(observation).pod, callsBeforeDrop(observation));
  return since.filter(({ client }) => clients.has(client));
}
