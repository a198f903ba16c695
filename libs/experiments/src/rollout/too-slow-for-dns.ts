import { type Observation, timingMs } from "../observation.ts";
import { duration } from "../quantity.ts";

/** A call that meets old addresses alone may still be answered after its retries: back-offs of 100, 200 and 400 ms at most, and attempts. */
const RETRIED_MS = 1_000;

/**
 * Why the quick rollout cannot be told to have been quicker than DNS, so that it is left to chance whether it costs calls;
 * undefined: it was quicker. For that the last old pod must be gone, by more than retries bridge, before the client may hear of a new one.
 */
export function tooSlowForDns(observation: Observation): string | undefined {
  const { phases, podEvents, loadStartedAtMs } = observation;
  const quick = phases.find(({ name }) => name === "quick");
  const gone = podEvents.filter(({ kind }) => kind === "pod-gone").map(({ atMs }) => atMs - loadStartedAtMs);
  const ofQuick = quick === undefined ? [] : gone.filter((ms) => ms < quick.toMs - loadStartedAtMs);
  const [firstMs, lastMs] = [ofQuick[0], ofQuick.at(-1)];
  if (firstMs === undefined || lastMs === undefined) return undefined;
  const newsMs = earliestNewsMs(observation, firstMs);
  if (lastMs + RETRIED_MS < newsMs) return undefined;
  return `the last pod was gone ${duration(lastMs)} after the client's start, DNS may name the new pods after ${duration(newsMs)}, and retries bridge ${duration(RETRIED_MS)}`;
}

/**
 * How long after the client's start it hears of a new pod at the earliest. It asks at its start, which fills the cache for a TTL; then at the
 * first drop of a connection, but no sooner than an interval later; then an interval later again. Where the TTL is the longer one, and
 * connections drop before it ends, the second answer is the cached one of the start; but not where others ask, too: they may have filled the
 * cache long before, so that it is fresh at any time.
 */
function earliestNewsMs(observation: Observation, firstGoneMs: number): number {
  const intervalMs = observation.knobs.dnsMinIntervalMs;
  const ttlMs = timingMs(observation, "dnsTtlMs");
  if (ttlMs <= intervalMs || observation.abilities.dnsIsShared) return intervalMs;
  return firstGoneMs < ttlMs ? Math.max(ttlMs, 2 * intervalMs) : ttlMs;
}
