import { type Observation, timingMs } from "../observation.ts";
import { duration } from "../quantity.ts";

/** The client has resolved when its warm-up began, at most about so long before the load. */
const WARM_UP_MS = 2_000;

/** A call that meets old addresses alone may still be answered after its retries: back-offs of 100, 200 and 400 ms at most, and attempts. */
const RETRIED_MS = 1_000;

/**
 * Why the quick rollout under `headless` cannot be told to have been quicker than DNS, so that it is left to chance whether it costs calls;
 * undefined: it was quicker. For that the first drop must get the answer from before the rollout (the cache still holds it), and the last
 * old pod must be gone before the client may ask again, by more than retries bridge.
 */
export function tooSlowForDns(observation: Observation): string | undefined {
  const { knobs, phases, podEvents, beganAtMs } = observation;
  const quick = phases.find(({ name }) => name === "quick");
  if (quick === undefined) return undefined;
  const gone = podEvents.filter(({ kind, atMs }) => kind === "pod-gone" && atMs < quick.toMs).map(({ atMs }) => atMs);
  const [firstMs = beganAtMs, lastMs = firstMs] = [gone[0], gone.at(-1)];
  const ttlMs = timingMs(observation, "dnsTtlMs");
  if (firstMs - beganAtMs >= ttlMs - WARM_UP_MS) {
    return `the first pod was gone ${duration(firstMs - beganAtMs)} into the load, when DNS may have told the news (TTL ${duration(ttlMs)})`;
  }
  const spanMs = lastMs - firstMs;
  if (spanMs < knobs.dnsMinIntervalMs - RETRIED_MS) return undefined;
  const interval = duration(knobs.dnsMinIntervalMs);
  return `the last pod was gone ${duration(spanMs)} after the first, DNS is asked again after ${interval}, and retries bridge ${duration(RETRIED_MS)}`;
}
