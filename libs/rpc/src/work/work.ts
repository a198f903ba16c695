import type { CallContext } from "../call-context.ts";
import { StatusError } from "../status-error.ts";
import { burnCpu } from "./burn-cpu.ts";
import type { Fault, Faults } from "./faults.ts";
import { sleep } from "./sleep.ts";
import { Turns } from "./turns.ts";

/** What a call costs before it is answered: time, or an error. */
export type Work = (call: Pick<CallContext, "signal">) => Promise<void>;

/** What work a pod does. */
export interface WorkLimits {
  /** The time of each call, in ms. */
  readonly workMs: number;
  /** The CPU time that each call takes besides, in ms: what an autoscaler sees. */
  readonly workCpuMs: number;
  /** How many calls are worked on at once; others wait their turn. 0: all. */
  readonly workAtOnce: number;
}

/**
 * Work of `workMs` and `workCpuMs` a call, and the fault in force on top of it, in turns of `workAtOnce`. A call that fails is none and needs no turn, so that its error comes
 * at once unless the fault adds latency, as with Istio's HTTPFaultInjection. `random` gives numbers from 0 to 1 (1 excluded).
 */
export function work({ workMs, workCpuMs, workAtOnce }: WorkLimits, faults: Faults, random: () => number): Work {
  const turns = new Turns(workAtOnce);
  return async (call) => {
    const fault = faults.current;
    const fails = fault.errorShare > 0 && random() < fault.errorShare;
    if (!fails) {
      return turns.during(call, () => {
        burnCpu(workCpuMs);
        return sleep(workMs + addedMs(fault, random), call);
      });
    }
    await sleep(addedMs(fault, random), call);
    throw new StatusError(fault.errorCode, "fault injected by /faults");
  };
}

/** The time that a fault adds to one call, in ms. */
export function addedMs({ latencyMs, jitterMs }: Pick<Fault, "latencyMs" | "jitterMs">, random: () => number): number {
  return jitterMs === 0 ? latencyMs : latencyMs + jitterMs * random();
}
