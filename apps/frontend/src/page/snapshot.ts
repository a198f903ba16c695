import type { CallKind } from "../backend/finished-call.ts";
import type { Percentiles } from "../traffic/latencies.ts";

/** How a pod stands: as the stage says, `seen` where there is no stage to ask, `gone` when it answered but is not there any more. */
export type PodState = "ready" | "starting" | "seen" | "gone";

/** What a pod does to calls on purpose, as the stage tells it. */
export interface PodFault {
  readonly latencyMs: number;
  /** 0 to 1. */
  readonly errorShare: number;
  /** The name of a gRPC status code. */
  readonly errorCode: string;
}

/** A pod as the page draws it. */
export interface PodView {
  readonly name: string;
  readonly zone: string;
  readonly version: string;
  readonly state: PodState;
  readonly fault: PodFault | null;
  /** Calls answered since the start, and their share of all that were, 0 to 1. */
  readonly answered: number;
  readonly share: number;
  /** The same of the last 10 s. */
  readonly recent: number;
  readonly recentShare: number;
  /** Of the calls answered in the last 10 s. */
  readonly latencyMs: Percentiles | null;
}

/** How often calls failed with one status. */
export interface ErrorView {
  readonly code: string;
  readonly count: number;
  readonly recent: number;
}

/** A call to draw: the pod's place in `pods`, -1 when none is known to have answered. */
export type SampleView = readonly [pod: number, failed: 0 | 1];

/** What the stage allows to change. */
export interface StageView {
  readonly pods: number;
  readonly maxPods: number;
  /** Why the stage cannot be asked just now; empty when it can. */
  readonly problem: string;
}

/** Everything that the page shows at one moment: the data of an event of `/events`. */
export interface Snapshot {
  readonly mode: string;
  readonly answered: number;
  readonly failed: number;
  /** Jain's index since the start over `countedPods`; 0 without calls. */
  readonly evenness: number;
  /** Of the last 10 s. */
  readonly recent: {
    readonly answered: number;
    readonly failed: number;
    /** Calls that ended, failed ones included. */
    readonly perSecond: number;
    readonly evenness: number;
    /** Of the answered calls. */
    readonly latencyMs: Percentiles | null;
  };
  /** The pods that evenness is over: those that are ready, or without a stage those that answered lately. */
  readonly countedPods: number;
  readonly pods: readonly PodView[];
  readonly errors: readonly ErrorView[];
  /** p50, p90 and p99 in ms of the calls answered in each of the last 60 s, oldest first; null without any. */
  readonly trend: readonly (readonly [number, number, number] | null)[];
  readonly samples: readonly SampleView[];
  readonly traffic: {
    readonly rate: number;
    readonly kind: CallKind;
    readonly inFlight: number;
    /** Calls never made, because too many were in flight. */
    readonly skipped: number;
  };
  /** Null where there is none. */
  readonly stage: StageView | null;
}
