import {
  type CallRecord,
  firstAnswers,
  type MessageRecord,
  type RateChange,
  type RunEvent,
} from "@grpc-lb-lab/measure";
import type {
  App,
  ContainerKind,
  ContainerUsage,
  DeploymentEvent,
  Path,
  StageAbilities,
  StageTimings,
  StartOptions,
  TimingName,
} from "@grpc-lb-lab/stage-api";
import type { Knobs } from "./knobs/knobs.ts";

/** A pod that was there at any time of the run. */
export interface ObservedPod {
  /** Its name. */
  readonly pod: string;
  /** The zone of its node (`topology.kubernetes.io/zone`). */
  readonly zone: string;
  /** The application's version (`VERSION`). */
  readonly version: string;
  /** There before the load began. */
  readonly first: boolean;
}

/** A stretch of the run that is judged by itself. Times on the lab's clock. */
export interface ObservedPhase {
  readonly name: string;
  /** Its first moment. */
  readonly fromMs: number;
  /** Its end; a call that is meant to start then is no longer of it. */
  readonly toMs: number;
}

/** Something the experiment did. Time on the lab's clock. */
export interface Step {
  readonly atMs: number;
  /** What it did: `scale`, `crash`, `restart`, `drop`, `slow`, `fail`; or what came of it: `healthy`, `recover`, `answer`. */
  readonly kind: string;
  /** The pod it was done to; absent: all of them. */
  readonly pod?: string;
  /** How, in a few words. */
  readonly detail?: string;
}

/** An autoscaler at one moment. CPU in thousandths of a CPU; undefined: there are no figures yet. */
export interface AutoscalingSample {
  /** On the lab's clock. */
  readonly atMs: number;
  /** Pods that are ready. */
  readonly pods: number;
  /** Pods that it wants. */
  readonly wantedPods: number | undefined;
  /** What it has seen pods use on average. */
  readonly meanMilliCpu: number | undefined;
  /** What the busiest uses. */
  readonly busiestMilliCpu: number | undefined;
}

/** Everything that was seen of one run: what expectations are a pure function of. Times in ms of the lab's clock. */
export interface Observation {
  /** What a call passed, with the knobs and delays in force. */
  readonly path: Path;
  /** What the pods ran. */
  readonly app: App;
  /** The containers that stood beside the applications. */
  readonly beside: readonly ContainerKind[];
  readonly abilities: StageAbilities;
  /** The knobs in force. */
  readonly knobs: Knobs;
  /** The delays in force, by name. */
  readonly timings: StageTimings;
  /** What stood in for the real thing, in words. */
  readonly simulated: readonly string[];
  /** What went wrong beside the calls, in the deployment's words. */
  readonly problems: readonly string[];
  /** When the load program was started: its channels are younger. */
  readonly loadStartedAtMs: number;
  /** When the load began that counts. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** Every pod of the run, those that came and went included. */
  readonly pods: readonly ObservedPod[];
  /** The calls that count, by intended start. */
  readonly records: readonly CallRecord[];
  /** The messages of those that are streams, in order of their answers. */
  readonly messages: readonly MessageRecord[];
  /** Pods' lives, in order. */
  readonly podEvents: readonly DeploymentEvent[];
  /** What the experiment did, in order. */
  readonly steps: readonly Step[];
  /** The stretches that are judged by themselves, in order. */
  readonly phases: readonly ObservedPhase[];
  /** What containers had used at the beginning and at the end of a stretch of the run; undefined: nobody asked. */
  readonly usage?:
    | { readonly before: readonly ContainerUsage[]; readonly after: readonly ContainerUsage[] }
    | undefined;
  /** What an autoscaler saw and did, in order; undefined: nobody looked. */
  readonly autoscaling?: readonly AutoscalingSample[] | undefined;
  /** How many attempts of the calls that count reached each pod; undefined: nobody asked. */
  readonly received?: ReadonlyMap<string, number> | undefined;
  /** Whether a mesh encrypted the calls, as the experiment wanted it; undefined: as the mode is deployed. */
  readonly mutualTls?: StartOptions["mutualTls"];
  /** Calls before those that count. */
  readonly warmUpCalls: number;
  /** First message of each gRPC status code that occurred. */
  readonly firstMessages: ReadonlyMap<number, string>;
  /** How the experiment changed the rate of its open loop, in order. */
  readonly rateChanges: readonly RateChange[];
  /** The load program's clock beside the lab's. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
}

/** A delay in ms; 0 when the stage has no such delay. */
export function timingMs({ timings }: Pick<Observation, "timings">, name: TimingName): number {
  return timings[name]?.value ?? 0;
}

/** The calls that failed. */
export function failedCalls(records: readonly CallRecord[]): CallRecord[] {
  return records.filter(({ code }) => code !== 0);
}

/** The calls that were answered. */
export function answeredCalls(records: readonly CallRecord[]): CallRecord[] {
  return records.filter(({ code }) => code === 0);
}

/** What was answered, or failed, one by one: calls and, in the place of streams, their messages. */
export function exchanges({ records, messages }: Pick<Observation, "records" | "messages">) {
  return [...records.filter(({ stream }) => stream === undefined), ...messages];
}

/** The calls, or messages, that were meant to start in a phase. */
export function callsOfPhase<T extends Pick<CallRecord, "startMs">>(
  records: readonly T[],
  { fromMs, toMs }: ObservedPhase,
): T[] {
  return records.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
}

/** Pods' lives and the experiment's steps, in order, counted from the load's beginning. */
export function runEvents({ podEvents, steps, beganAtMs }: Observation): RunEvent[] {
  return [...podEvents, ...steps]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, ...event }) => ({ ...event, atMs: Math.round(atMs - beganAtMs) }));
}

/**
 * Pods that became ready during the load, with the time from readiness to the end of the first answered call; null: no answer. A pod
 * that restarted is there once more for each time: calls that started before its crash were answered by its life before.
 */
export function timesToFirstCall(observation: Observation): { pod: string; ms: number | null }[] {
  const { podEvents, beganAtMs } = observation;
  const answers = exchanges(observation);
  const late = podEvents.filter(({ kind, atMs }) => kind === "pod-ready" && atMs > beganAtMs);
  return late.map((ready) => {
    const crashedAtMs = lastCrashAtMs(podEvents, ready);
    const firstAtMs = firstAnswers(answers.filter(({ startMs }) => startMs > crashedAtMs)).get(ready.pod);
    // The pod may answer before the probe that found it ready has returned.
    return { pod: ready.pod, ms: firstAtMs === undefined ? null : Math.max(0, firstAtMs - ready.atMs) };
  });
}

/** When the pod crashed before it became `ready` again; before all time when it never did. */
function lastCrashAtMs(events: readonly DeploymentEvent[], ready: DeploymentEvent): number {
  const crash = events.findLast(
    ({ pod, kind, atMs }) => pod === ready.pod && kind === "pod-crashed" && atMs < ready.atMs,
  );
  return crash?.atMs ?? Number.NEGATIVE_INFINITY;
}
