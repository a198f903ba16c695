import type { DeployedSettings, LoadSpec } from "@grpc-lb-lab/stage-api";
import type { Knobs } from "./knobs.ts";

/** The knobs as they are in force where some settings are deployed otherwise than asked. */
export function knobsInForce(asked: Knobs, deployed: DeployedSettings): Knobs {
  const { drainDelayMs, maxConnectionAgeMs, maxConnectionAgeGraceMs } = deployed;
  return {
    ...asked,
    ...(drainDelayMs === undefined ? {} : { drain: drainDelayMs > 0, drainDelayMs }),
    ...(maxConnectionAgeMs === undefined ? {} : { maxAgeMs: maxConnectionAgeMs }),
    ...(maxConnectionAgeGraceMs === undefined ? {} : { maxAgeGraceMs: maxConnectionAgeGraceMs }),
  };
}

/** The load's loop for these knobs, open or closed. */
export function loadLoop({ rate, inFlight }: Knobs): Pick<LoadSpec, "rate" | "inFlight"> {
  return rate === undefined ? { inFlight: inFlight ?? 1 } : { rate };
}
