import {
  CLUSTER_TIMINGS,
  type StageTiming,
  type StageTimings,
  type TimingName,
  type TimingOverrides,
  type Timings,
} from "@grpc-lb-lab/stage-api";
import { stageTimings } from "../deployment/stage-timings.ts";
import { LOCAL_TIMINGS } from "../local/local-timings.ts";

/** The delays that can be set here: all but that of DNS. */
export type ContainersTimingName = Exclude<TimingName, "dnsTtlMs">;

/** The containers stage's timings in ms that can be set: what runs (`value`), and what a cluster has by itself (`default`). */
export const CONTAINERS_TIMINGS: Readonly<Record<ContainersTimingName, StageTiming>> = {
  endpointLagMs: LOCAL_TIMINGS.endpointLagMs,
  dnsRefreshMs: LOCAL_TIMINGS.dnsRefreshMs,
  restartAfterMs: LOCAL_TIMINGS.restartAfterMs,
  terminationGraceMs: LOCAL_TIMINGS.terminationGraceMs,
  startDeadlineMs: { ...LOCAL_TIMINGS.startDeadlineMs, value: 60_000 },
};

/** Their names, in the order in which they are shown. */
export const CONTAINERS_TIMING_NAMES = Object.keys(CONTAINERS_TIMINGS) as readonly ContainersTimingName[];

/**
 * What the engine's own DNS has instead of a cluster's delays: the stage names a pod there while it is ready, and no answer is repeated.
 */
export const ENGINE_DNS_TIMINGS: StageTimings = {
  endpointLagMs: { value: 0, ...CLUSTER_TIMINGS.endpointLagMs },
  dnsTtlMs: { value: 0, ...CLUSTER_TIMINGS.dnsTtlMs },
};

/** The timings of one deployment, as plain numbers. */
export type ContainersTimings = Pick<Timings, ContainersTimingName>;

/** The timings with `overrides` applied; {@link stageTimings} says what is refused. */
export function containersTimings(overrides?: TimingOverrides): ContainersTimings {
  return stageTimings("containers", CONTAINERS_TIMINGS, overrides);
}
