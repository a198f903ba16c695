import type { HttpRoute } from "@grpc-lb-lab/http-server";
import type { CallContext } from "../call-context.ts";
import { integer, milliseconds, oneOf } from "../setting-schemas.ts";
import type { Settings, SettingValues } from "../settings.ts";
import { faultRoutes } from "./fault-routes.ts";
import { Faults } from "./faults.ts";
import { Received } from "./received.ts";
import { type WorkLimits, work } from "./work.ts";

/** More than any client has under way. */
const MOST_AT_ONCE = 1_000_000;

/** The environment of a pod whose calls cost something on purpose. */
export const workSettings = {
  WORK_MS: {
    meaning: "Simulated work: the delay of each answer, in ms",
    default: "0",
    schema: milliseconds(),
  },
  WORK_CPU_MS: {
    meaning: "CPU time that each answer takes besides, in ms: nothing else of the pod runs meanwhile",
    default: "0",
    schema: milliseconds(),
  },
  WORK_AT_ONCE: {
    meaning: "How many calls the pod works on at once; others wait their turn, first come, first served. 0: all",
    default: "0",
    schema: integer(0, MOST_AT_ONCE),
  },
  FAULTS: {
    meaning: "on opens /faults, /crash and /received on the admin port",
    default: "off",
    schema: oneOf(["on", "off"]),
  },
} as const satisfies Settings;

/** What calls cost a pod, and whether that can be changed at its admin port. */
export interface WorkConfig extends WorkLimits {
  readonly faults: boolean;
}

/** The part of the settings that is about work. */
export function workConfig(values: SettingValues<typeof workSettings>): WorkConfig {
  return {
    workMs: values.WORK_MS,
    workCpuMs: values.WORK_CPU_MS,
    workAtOnce: values.WORK_AT_ONCE,
    faults: values.FAULTS === "on",
  };
}

/** What work needs of the world around it. */
export interface WorkWorld {
  /** From 0 to 1 (1 excluded). */
  readonly random: () => number;
  readonly exit: (code: number) => never;
}

/** What every pod does for a call before it answers, whatever its application is. */
export interface CallWork {
  /**
   * Takes the time of a call, with the fault in force, and counts the call meanwhile.
   * @param method - under which name `/received` counts it: `SayHello`.
   * @throws {StatusError} the fault's; the signal's reason when the call is cancelled.
   */
  take(method: string, call: Pick<CallContext, "metadata" | "peer" | "signal">): Promise<void>;
  /** For the admin port: none unless `FAULTS=on`. */
  readonly routes: readonly HttpRoute[];
}

/** The work of a pod, with no fault in force and nothing received. */
export function callWork({ faults: isOpen, ...limits }: WorkConfig, { random, exit }: WorkWorld): CallWork {
  const faults = new Faults();
  const received = new Received();
  const spend = work(limits, faults, random);
  return {
    take: (method, call) => received.during(method, call, () => spend(call)),
    routes: isOpen ? faultRoutes(faults, received, exit) : [],
  };
}
