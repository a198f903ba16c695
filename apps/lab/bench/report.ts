import type { Environment } from "@grpc-lb-lab/measure";
import type { PeakMemory } from "./processes/process-memory.ts";
import type { Spread } from "./spread.ts";

/** The version of what `--json` prints. */
export const BENCH_SCHEMA = "grpc-lb-lab/bench/1";

/** The sections' names, in the order in which they run. */
export const SECTION_NAMES = ["throughput", "mode-cost", "endpoint-change", "push-to-ack", "slow-pod"] as const;
/** Those that run when nobody asks for others: `slow-pod` takes longer than all of them. */
export const USUAL_SECTIONS: readonly SectionName[] = SECTION_NAMES.filter((name) => name !== "slow-pod");
export type SectionName = (typeof SECTION_NAMES)[number];

/** What one run of the bench measured; a section that was not asked for is left out. */
export interface BenchReport {
  readonly schema: typeof BENCH_SCHEMA;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Fewer and shorter repeats: figures to test the bench with, not to quote. */
  readonly quick: boolean;
  readonly environment: Environment;
  /** One-minute load average before the first section: what else the machine was doing. */
  readonly loadAverage: number;
  /** Whether every target was met. */
  readonly ok: boolean;
  readonly throughput?: Throughput;
  readonly "mode-cost"?: ModeCosts;
  readonly "endpoint-change"?: EndpointChanges;
  readonly "push-to-ack"?: PushToAck;
  readonly "slow-pod"?: SlowPods;
}

/** A figure that has to reach, or stay under, something. */
export interface Target {
  readonly measured: number;
  readonly bound: string;
  readonly ok: boolean;
}

/** Calls per second of `lab load` and of a bare grpc-js client, closed loop, to one backend. */
export interface Throughput {
  readonly inFlight: number;
  readonly labCallsPerSecond: Spread;
  readonly bareCallsPerSecond: Spread;
  /** Median of the lab's client over median of the bare one. */
  readonly ratio: Target;
  readonly memory: readonly PeakMemory[];
}

/** What a call costs under each mode, one at a time, beside a direct connection. */
export interface ModeCosts {
  readonly modes: readonly (ModeCost | SkippedMode)[];
}

export interface ModeCost {
  readonly mode: string;
  /** All calls under the mode that were counted. */
  readonly calls: number;
  /** Median latency of each repeat, ms. */
  readonly latencyMs: Spread;
  /** The same over a direct connection, measured in turn with it. */
  readonly directMs: Spread;
  /** Difference of the two in each pair of repeats. */
  readonly addedMs: Spread;
  /** Of two backends: the mode's pod, and the one of the direct connection. */
  readonly memory: readonly PeakMemory[];
}

export interface SkippedMode {
  readonly mode: string;
  readonly skipped: string;
}

/** Time from telling the control plane to the first call that the new endpoint has answered. */
export interface EndpointChanges {
  readonly inFlight: number;
  readonly changes: readonly EndpointChange[];
}

export interface EndpointChange {
  readonly endpoints: number;
  /** The new endpoint in a zone of its own, which gets half of the calls. */
  readonly firstCallMs: Spread;
  /** Of that, until the client's ACK. */
  readonly ackMs: Spread;
  /** Connections that the client opened for one change: 1 is the new endpoint's. */
  readonly connections: Spread;
  /** The new endpoint among all others, so that round robin has to come round to it. */
  readonly firstCallInTurnMs: Spread;
  /** `firstCallMs`, median. */
  readonly target: Target;
  readonly memory: readonly PeakMemory[];
}

/** Time from telling the control plane of one changed endpoint to the client's ACK. */
export interface PushToAck {
  readonly endpoints: number;
  /** So many of them; the others are sent all the same, but not connected to. */
  readonly healthy: number;
  readonly ackMs: Spread;
  /** The control plane's own part: until the change is encoded and handed to the stream. */
  readonly pushMs: Spread;
  /** Sent to the client for one change, framing included. */
  readonly pushedBytes: Spread;
  readonly memory: readonly PeakMemory[];
}

/** One pod of five answers 200 ms later: clients that look at what is under way, beside an Envoy that does. */
export interface SlowPods {
  readonly rounds: number;
  readonly envoy: SlowPodCalls;
  readonly clients: readonly SlowPodSubject[];
}

/** What was seen while the pod was slow, in all rounds. */
export interface SlowPodCalls {
  /** Calls that the slow pod answered, of those that were answered. */
  readonly ofSlowPod: number;
  readonly calls: number;
  /** Median of the rounds. */
  readonly p90Ms: number;
}

/** A client beside Envoy. */
export interface SlowPodSubject extends SlowPodCalls {
  readonly mode: string;
  readonly policy: string;
  /** How many standard deviations, by the rounds' scatter, the slow pod's part of the calls is above that under Envoy. */
  readonly deviations: number;
  readonly share: Target;
  /** Of p90 beside Envoy's in the same round: the median, and from the second smallest to the second largest. */
  readonly p90Ratio: {
    readonly ratio: number;
    readonly interval: readonly [low: number, high: number];
    readonly target: Target;
  };
}
