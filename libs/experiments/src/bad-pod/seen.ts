import { beganMs, type CallRecord, endMs } from "@grpc-lb-lab/measure";
import { balancerOf, hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import type { Ejection, Path } from "@grpc-lb-lab/stage-api";
import { callsOfPhase, failedCalls, type Observation } from "../observation.ts";

/** The stretch before any pod fails. */
export const WELL = "well";
/** The stretch in which one does. */
export const FAILING = "failing";
/** The stretch in which it answers again. */
export const AFTER = "after";

/** So long before the pod is well again a call must have begun to have met it as it was. */
export const ON_ITS_WAY_MS = 500;

/** What was seen of the pod that failed. Times on the lab's clock. */
export interface SeenFailure {
  /** The pod; undefined: none ever failed. */
  readonly pod: string | undefined;
  /** Calls that ended before it failed. */
  readonly before: readonly CallRecord[];
  /** The calls that failed since it was told to, in the order of their ends. */
  readonly failures: readonly CallRecord[];
  /** Calls that began while it failed. */
  readonly meanwhile: readonly CallRecord[];
  /** Calls that began and ended while it failed. */
  readonly within: readonly CallRecord[];
  /** Calls that were meant to start when it was well again. */
  readonly after: readonly CallRecord[];
  /** When it was; after all time when it never was. */
  readonly wellAtMs: number;
}

/** The failure of `observation`. */
export function seenFailure({ steps, phases, records }: Observation): SeenFailure {
  const failed = steps.find(({ kind }) => kind === "fail");
  const wellAtMs = steps.find(({ kind }) => kind === "recover")?.atMs ?? Number.POSITIVE_INFINITY;
  const failing = phases.find(({ name }) => name === FAILING);
  const begun = failing === undefined ? [] : callsOfPhase(records, failing);
  const toMs = failing?.toMs ?? 0;
  const since = failed === undefined ? [] : records.filter((record) => endMs(record) >= failed.atMs);
  return {
    pod: failed?.pod,
    before: records.filter((record) => failed !== undefined && endMs(record) < failed.atMs),
    failures: failedCalls(since).toSorted((a, b) => endMs(a) - endMs(b)),
    meanwhile: begun.filter((record) => beganMs(record) < toMs - ON_ITS_WAY_MS),
    within: begun.filter((record) => endMs(record) < toMs),
    after: records.filter(({ startMs }) => startMs >= wellAtMs),
    wellAtMs,
  };
}

/** How the balancer of a path leaves a pod out that answers with errors. Times in ms. */
export interface EjectionInForce extends Ejection {
  /** How long after the first failure it has noticed. */
  readonly noticedMs: number;
}

/** The ejection by the balancer of `path`; undefined: it has none, or no choice of pods. */
export function ejectionOf(path: Path): EjectionInForce | undefined {
  const { by, window, ejection } = balancerOf(path).notice.badStatus;
  if (by !== "passive ejection" || hasOnePodPerConnection(path)) return undefined;
  return window === undefined || ejection === undefined ? undefined : { ...ejection, noticedMs: window.ms };
}
