/**
 * Milliseconds of the machine's monotonic clock (CLOCK_MONOTONIC on Linux): never steps, and the same for every process of
 * one machine, so times taken in the lab, in a pod and in `lab load` compare.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
