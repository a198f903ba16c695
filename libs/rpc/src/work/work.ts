import type { CallContext } from "../call-context.ts";
import { StatusError } from "../status-error.ts";
import type { Fault, Faults } from "./faults.ts";
import { sleep } from "./sleep.ts";

/** What a call costs before it is answered: time, or an error. */
export type Work = (call: Pick<CallContext, "signal">) => Promise<void>;

/**
 * Work of `workMs` a call, and the fault in force on top of it; a call that fails is none, so that its error comes at once unless the fault adds latency, as
 * with Istio's HTTPFaultInjection. `random` gives numbers from 0 to 1 (1 excluded).
 */
export function work(workMs: number, faults: Faults, random: () => number): Work {
  return async (call) => {
    const fault = faults.current;
    const fails = fault.errorShare > 0 && random() < fault.errorShare;
    await sleep((fails ? 0 : workMs) + addedMs(fault, random), call);
    if (fails) {
      throw new StatusError(fault.errorCode, "fault injected by /faults");
    }
  };
}

/** The time that a fault adds to one call, in ms. */
export function addedMs({ latencyMs, jitterMs }: Pick<Fault, "latencyMs" | "jitterMs">, random: () => number): number {
  return jitterMs === 0 ? latencyMs : latencyMs + jitterMs * random();
}
