import { type CallRecord, endMs, mostInFlightOnAPod } from "@grpc-lb-lab/measure";
import { clientsOfPod } from "../clients-of-pod.ts";
import type { Observation } from "../observation.ts";

/** The crash that an experiment made, as far as it was seen. Times on the lab's clock. */
export interface Crash {
  readonly pod: string | undefined;
  /** When the pod was told to crash; the load's beginning when none was. */
  readonly atMs: number;
  /** When its process had ended; undefined: it never did. */
  readonly endedAtMs: number | undefined;
  /** When it was ready again; after all time when it never was. */
  readonly backAtMs: number;
  /** From when on windows count: its end or, when that was not seen, when it was told to crash. */
  readonly fromMs: number;
}

/** The crash of `observation`. */
export function crashOf({ steps, podEvents, beganAtMs }: Observation): Crash {
  const step = steps.find(({ kind }) => kind === "crash");
  const ofPod = podEvents.filter(({ pod }) => pod === step?.pod);
  const endedAtMs = ofPod.find(({ kind }) => kind === "pod-crashed")?.atMs;
  const back = ofPod.find(({ kind, atMs }) => kind === "pod-ready" && endedAtMs !== undefined && atMs > endedAtMs);
  const atMs = step?.atMs ?? beganAtMs;
  return {
    pod: step?.pod,
    atMs,
    endedAtMs,
    fromMs: Math.max(atMs, endedAtMs ?? atMs),
    backAtMs: back?.atMs ?? Number.POSITIVE_INFINITY,
  };
}

/** The calls that ended before the crash. */
export function callsBefore(observation: Observation): CallRecord[] {
  const { atMs } = crashOf(observation);
  return observation.records.filter((record) => endMs(record) < atMs);
}

/**
 * Calls that a crash can meet on its pod: as many as one had in flight before or, when calls bunched up just then, its part of those in flight
 * at the crash; and one more that each client was just sending.
 */
export function mostInFlight(observation: Observation): number {
  const before = mostInFlightOnAPod(callsBefore(observation));
  const part = Math.ceil(callsAtCrash(observation).length / observation.knobs.pods);
  return Math.max(before, part) + observation.knobs.clients;
}

/** The calls that were meant to start before the pod had ended, and ended after it was told to crash. */
function callsAtCrash(observation: Observation): CallRecord[] {
  const { atMs, fromMs } = crashOf(observation);
  return observation.records.filter((record) => record.startMs <= fromMs && endMs(record) >= atMs);
}

/** Where connections are balanced: the calls that were on connections to the crashed pod from the moment of the crash until its process had ended. */
export function heldCalls(observation: Observation): CallRecord[] {
  const { pod, atMs, endedAtMs = Number.POSITIVE_INFINITY } = crashOf(observation);
  const clients = clientsOfPod(pod, callsBefore(observation));
  return observation.records.filter(
    (record) => clients.has(record.client) && record.startMs <= atMs && endMs(record) >= endedAtMs,
  );
}
