import type { RunResult } from "@grpc-lb-lab/measure";

/** How many runs are made at once, and why. */
export interface Pace {
  readonly atOnce: number;
  readonly why: string;
}

/**
 * How many runs that mostly wait are made at once: fewer than `most` on a machine that the runs made so far show to be slow. Side by side they
 * would take the processor from each other there, and be judged by times that are the machine's and not the mode's.
 * @param startMs - how long pods may take to start; it takes so much longer as there are runs that share the processor
 */
export function paceOf(made: readonly RunResult[], most: number, startMs: number): Pace {
  const slowestMs = Math.max(1, ...made.flatMap(startTimesMs));
  const atOnce = Math.min(most, Math.max(1, Math.round(startMs / slowestMs)));
  if (atOnce === most) return { atOnce, why: "because they mostly wait" };
  return { atOnce, why: `because this machine is slow: a pod took ${(slowestMs / 1_000).toFixed(1)} s to start` };
}

/** From a pod's beginning to its readiness, of each pod that became ready. */
function startTimesMs({ events }: RunResult): number[] {
  const addedAtMs = new Map(events.flatMap(({ kind, pod, atMs }) => (kind === "pod-added" ? [[pod, atMs]] : [])));
  return events.flatMap(({ kind, pod, atMs }) => {
    const added = kind === "pod-ready" ? addedAtMs.get(pod) : undefined;
    return added === undefined ? [] : [atMs - added];
  });
}
