import {
  CLUSTER_TIMINGS,
  type StageTiming,
  type TimingName,
  type TimingOverrides,
  type Timings,
} from "@grpc-lb-lab/stage-api";
import { stageTimings } from "../deployment/stage-timings.ts";

/** The local stage's timings in ms: what runs (`value`), and what a cluster has by itself (`default`). */
export const LOCAL_TIMINGS: Readonly<Record<TimingName, StageTiming>> = {
  endpointLagMs: { value: 1_000, ...CLUSTER_TIMINGS.endpointLagMs },
  dnsTtlMs: { value: 1_000, ...CLUSTER_TIMINGS.dnsTtlMs },
  dnsRefreshMs: { value: 1_000, ...CLUSTER_TIMINGS.dnsRefreshMs },
  restartAfterMs: { value: 3_000, ...CLUSTER_TIMINGS.restartAfterMs },
  terminationGraceMs: { value: 10_000, ...CLUSTER_TIMINGS.terminationGraceMs },
  startDeadlineMs: { value: 20_000, ...CLUSTER_TIMINGS.startDeadlineMs },
};

/** The names of all delays, in the order in which they are shown. */
export const TIMING_NAMES = Object.keys(LOCAL_TIMINGS) as readonly TimingName[];

/** The timings with `overrides` applied; {@link stageTimings} says what is refused. */
export function localTimings(overrides?: TimingOverrides): Timings {
  return stageTimings("local", LOCAL_TIMINGS, overrides);
}
