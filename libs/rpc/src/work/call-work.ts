import type { HttpRoute } from "@grpc-lb-lab/http-server";
import type { CallContext } from "../call-context.ts";
import { milliseconds, oneOf } from "../setting-schemas.ts";
import type { Settings, SettingValues } from "../settings.ts";
import { faultRoutes } from "./fault-routes.ts";
import { Faults } from "./faults.ts";
import { Received } from "./received.ts";
import { work } from "./work.ts";

/** The environment of a pod whose calls cost something on purpose. */
export const workSettings = {
  WORK_MS: {
    meaning: "Simulated work: the delay of each answer, in ms",
    default: "0",
    schema: milliseconds(),
  },
  FAULTS: {
    meaning: "on opens /faults, /crash and /received on the admin port",
    default: "off",
    schema: oneOf(["on", "off"]),
  },
} as const satisfies Settings;

/** What calls cost a pod, and whether that can be changed at its admin port. */
export interface WorkConfig {
  readonly workMs: number;
  readonly faults: boolean;
}

/** The part of the settings that is about work. */
export function workConfig(values: SettingValues<typeof workSettings>): WorkConfig {
  return { workMs: values.WORK_MS, faults: values.FAULTS === "on" };
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
export function callWork({ workMs, faults: isOpen }: WorkConfig, { random, exit }: WorkWorld): CallWork {
  const faults = new Faults();
  const received = new Received();
  const spend = work(workMs, faults, random);
  return {
    take: (method, call) => received.during(method, call, () => spend(call)),
    routes: isOpen ? faultRoutes(faults, received, exit) : [],
  };
}
