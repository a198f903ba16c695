import { beganMs, type CallRecord, endMs } from "@grpc-lb-lab/measure";
import { isHedged, isRetried } from "@grpc-lb-lab/modes";
import type { RequestLimit } from "@grpc-lb-lab/stage-api";
import type { Observation } from "../observation.ts";
import { capacityPerSecond } from "./steps.ts";

/** The least that a hop of the path lets be under way; undefined: none limits it. */
export function limitOf({ path }: Pick<Observation, "path">): RequestLimit | undefined {
  const limits = path.filter(({ at }) => at !== "pod").flatMap(({ requestsAtMost }) => requestsAtMost ?? []);
  return limits.toSorted((a, b) => a.calls - b.calls)[0];
}

/** How long a call takes at most that a limit lets pass, in ms: as if all that are under way were at one pod. */
export function slowestMs({ calls }: RequestLimit, { knobs }: Pick<Observation, "knobs">): number {
  return Math.ceil(calls / knobs.workAtOnce) * knobs.workMs;
}

/** Of a deadline, what a call may take that a limit lets pass, so that a busy machine's delays leave it in time. */
const IN_TIME = 0.75;

/** Whether a limit is so low that calls which pass are in time, and one that is refused is nobody's next attempt. */
export function protects(limit: RequestLimit, { path, knobs }: Pick<Observation, "path" | "knobs">): boolean {
  return slowestMs(limit, { knobs }) <= IN_TIME * knobs.deadlineMs && !isRetried(path) && !isHedged(path);
}

/** How many calls a second pods can do of those that a limit lets pass. */
export function passesPerSecond({ calls, of }: RequestLimit, { knobs }: Pick<Observation, "knobs">): number {
  const underWay = of === "each pod" ? calls * knobs.pods : calls;
  return Math.min(capacityPerSecond(knobs), (1_000 * underWay) / knobs.workMs);
}

/** How long after a client has seen the end of a call it may still count as under way, as a part of a call's work. */
const RELEASED = 0.5;

/** The calls of `calls` that a limit may refuse though pods could do them: as many as it lets be were under way, as when a client that was behind begins several at once. */
export function refusedInBurst(
  calls: readonly CallRecord[],
  limit: RequestLimit,
  { records, knobs }: Pick<Observation, "records" | "knobs">,
): CallRecord[] {
  const releasedMs = RELEASED * knobs.workMs;
  const underWay = (refused: CallRecord) =>
    records.filter(
      (call) => call !== refused && beganMs(call) <= endMs(refused) && endMs(call) + releasedMs >= beganMs(refused),
    );
  return calls.filter((call) => call.code !== 0 && underWay(call).length >= limit.calls);
}
