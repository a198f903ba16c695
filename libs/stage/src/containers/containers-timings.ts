import { stageTimings } from "../deployment/stage-timings.ts";
import { LOCAL_TIMINGS } from "../local/local-timings.ts";
import type { StageTiming } from "../stage.ts";

/** The containers stage's timings in ms that can be set: what runs (`value`), and what a cluster has by itself (`default`). */
export const CONTAINERS_TIMINGS = {
  endpointLagMs: LOCAL_TIMINGS.endpointLagMs,
  dnsRefreshMs: LOCAL_TIMINGS.dnsRefreshMs,
  restartAfterMs: LOCAL_TIMINGS.restartAfterMs,
  terminationGraceMs: LOCAL_TIMINGS.terminationGraceMs,
  startDeadlineMs: { ...LOCAL_TIMINGS.startDeadlineMs, value: 60_000 },
} as const satisfies Record<string, StageTiming>;

/**
 * What the engine's own DNS has instead of a cluster's delays: the stage names a pod there while it is ready, and no answer is repeated.
 */
export const ENGINE_DNS_TIMINGS: Readonly<Record<string, StageTiming>> = {
  endpointLagMs: { ...LOCAL_TIMINGS.endpointLagMs, value: 0 },
  dnsTtlMs: { ...LOCAL_TIMINGS.dnsTtlMs, value: 0 },
};

export type ContainersTimingName = keyof typeof CONTAINERS_TIMINGS;
/** The timings of one deployment, as plain numbers. */
export type ContainersTimings = Readonly<Record<ContainersTimingName, number>>;

/** The timings with `overrides` applied; {@link stageTimings} says what is refused. */
export function containersTimings(overrides?: Readonly<Record<string, number>>): ContainersTimings {
  return stageTimings("containers", CONTAINERS_TIMINGS, overrides);
}
