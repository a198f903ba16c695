import type { LoadSchedule, RunResult } from "@grpc-lb-lab/measure";
import { formatMs, formatRate } from "./format.ts";

/** What to say of a run whose load fell behind its schedule, without a mark and a full stop; undefined: the schedule was kept, or there was none. */
export function clientLimitText({ schedule }: Pick<RunResult, "schedule">): string | undefined {
  if (schedule?.clientWasLimit !== true) return undefined;
  return `the client was the limit, not the mode: it ${scheduleText(schedule)}`;
}

/** How a load kept its schedule: `started 143 of 200 planned calls per second, late by 12.0 ms (p50), 389 ms (p99), 403 ms (max)`. */
export function scheduleText({ plannedPerSecond, achievedPerSecond, lagMs }: LoadSchedule): string {
  const rates = `${formatRate(achievedPerSecond)} of ${formatRate(plannedPerSecond)}`;
  const lags = Object.entries(lagMs).map(([name, ms]) => `${formatMs(ms)} (${name})`);
  return `started ${rates} planned calls per second, late by ${lags.join(", ")}`;
}
