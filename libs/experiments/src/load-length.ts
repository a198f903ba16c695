import { LONGEST_LOAD_MS } from "@grpc-lb-lab/stage-api";
import type { Knobs } from "./knobs/knobs.ts";

/** The knobs that say how long a load without a course goes on. */
export type LoadLength = Pick<Knobs, "rate" | "inFlight" | "calls" | "durationMs" | "workMs">;

/** How long a load without a course goes on, in seconds. Of a closed loop, whose calls take as long as they take, at least as long. */
export function loadSeconds(knobs: LoadLength): number {
  const { durationMs = LONGEST_LOAD_MS } = knobs;
  return Math.min(durationMs, LONGEST_LOAD_MS, callsMs(knobs)) / 1_000;
}

/** How many of its calls a load can make until it must end; undefined: all of them, or it counts to no number. */
export function callsUntilEnd({ rate, durationMs, ...knobs }: LoadLength): number | undefined {
  if (rate === undefined || durationMs !== undefined || callsMs({ rate, durationMs, ...knobs }) <= LONGEST_LOAD_MS)
    return undefined;
  return knobs.calls === undefined ? undefined : Math.floor((rate * LONGEST_LOAD_MS) / 1_000);
}

function callsMs({ rate, inFlight = 1, calls = Number.POSITIVE_INFINITY, workMs }: LoadLength): number {
  return rate === undefined ? (calls / inFlight) * workMs : (calls * 1_000) / rate;
}
