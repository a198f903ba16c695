import { type CallRecord, endMs } from "@grpc-lb-lab/measure";
import { type About, all, atLeast, between } from "../bounds.ts";
import { destination, destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { endedWith } from "../ended-with.ts";
import { mostInFlight } from "../most-in-flight.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import { beganMs } from "../phases.ts";
import type { Evidence, Policy } from "../policy.ts";
import { OK, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

/** How many times as many calls would be under way at once as may be. */
const TIMES_MORE = 3;
const DURATION_MS = 5_000;
const WORK_MS = 2_000;
/**
 * How long after a client has seen the end of a call it may still count as under way: until who limits has heard of it, and a busy machine has let it do so.
 * As many calls come in this time, `rate` of them a second, may be refused though one less than the limit is under way to the eyes of the client.
 */
const RELEASED_MS = 100;
/** Calls that are begun in this time are begun at once: none of them is counted when the next one is let through. */
const AT_ONCE_MS = 50;

/** `max-requests`: no more than so many calls are under way at once; others are refused at once (a circuit breaker). */
export const maxRequests: Policy<{ limit: number }> = {
  name: "max-requests",
  title: "a limit of calls at once (circuit breaker)",
  parameters: { limit: 10 },
  source: "https://github.com/grpc/proposal/blob/master/A32-xds-circuit-breaking.md",
  asks: ({ limit }) => `no more than ${limit} calls are under way at once; others are refused`,
  dialects: ({ limit }) => ({
    Istio: istio(
      virtualService({ ...NOT_RETRIED, route: [destination()] }),
      destinationRule({ trafficPolicy: { connectionPool: { http: { http2MaxRequests: limit } } } }),
    ),
    Envoy: { dialect: "Envoy", cluster: { circuitBreakers: { thresholds: [{ maxRequests: limit }] } } },
    // Of each server, for a call has a connection of its own.
    nginx: { dialect: "nginx", serverParameters: [`max_conns=${limit}`] },
    // Of each server. By itself it keeps what is over the limit in a queue.
    HAProxy: { dialect: "HAProxy", serverParameters: [`maxconn ${limit}`], backend: ["timeout queue 10ms"] },
    Traefik: { dialect: "Traefik", middlewares: { limit: { inFlightReq: { amount: limit } } } },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.connectionPool.http.http2MaxRequests" },
  ],
  trial: ({ limit }) => ({
    // One, so that what it has under way is all that is.
    pods: 1,
    env: { ...PATIENT_CLIENTS, WORK_MS: String(WORK_MS) },
    load: {
      rate: (limit * TIMES_MORE) / (WORK_MS / 1000),
      durationMs: DURATION_MS,
      warmUp: { distinctPods: 0, calls: 1 },
    },
    roughSeconds: (DURATION_MS + WORK_MS) / 1000,
  }),
  obeyed: (seen, { limit }) => [
    between(IN_FLIGHT, mostInFlight(seen), limit, mostLetThrough(seen, limit)),
    atLeast({ id: "refused", what: "calls that are refused" }, refusedCalls(seen).length, 1),
    atLeast(AT_REFUSAL, fewestAtRefusal(seen), limit),
    all(
      { id: "others", what: "calls that are answered or refused" },
      endedWith(seen, OK, ...REFUSALS),
      seen.records.length,
    ),
  ],
  ignored: (seen, { limit }) => [
    atLeast(IN_FLIGHT, mostInFlight(seen), mostLetThrough(seen, limit) + 1),
    all({ id: "answered", what: "calls that are answered" }, endedWith(seen, OK), seen.records.length),
  ],
  // A path knows how many calls a connection takes, and not how many a hop does.
  onPath: (path) => path,
};

const REFUSALS = [RESOURCE_EXHAUSTED, UNAVAILABLE];

/**
 * What psm-interop asserts of a breaker, [limit - rate, limit] once it has settled, from both sides, and by the figures of the run itself:
 * - The pod has a call under way for a part of the time for which who limits counts it, and so never more than the limit. The limit itself is reached: three times
 *   as many calls come. The first of as many are not over when the last of them is let through, a third of their time later: for less than the limit to be seen
 *   at the pod the machine must stand still for two thirds of a call (1.3 s), when calls begin and again with every wave of calls after it.
 * - Nobody is refused while fewer than the limit are under way. That is decided between the beginning and the end of a call that is refused; every call that
 *   counted then has begun by its end, and has not ended by its beginning, but for {@link RELEASED_MS}. To fail by chance, who limits must be kept from
 *   taking note of an end for longer, and refuse a call meanwhile: one that does both in one thread cannot.
 */
const IN_FLIGHT: About = {
  id: "in-flight",
  what: "the most calls that the pod had under way at once",
  chance: "by chance only where the machine stands still for 1.3 s, less than once in 10⁵",
};
const AT_REFUSAL: About = {
  id: "at-refusal",
  what: "calls that were under way when one was refused, at least",
  chance: `by chance only where an end is not heard of for ${RELEASED_MS} ms, less than once in 10⁵`,
};

/**
 * The limit, and the calls that were begun at once with the last that it takes. gRPC counts a call once it has been started, a moment after its pod was picked,
 * and proxies' threads tell each other a moment later. Source: grpc-js-xds, `XdsClusterImplPicker`.
 */
function mostLetThrough(seen: Evidence, limit: number): number {
  return limit + Math.max(0, mostBegunAtOnce(seen) - 1);
}

/** How many calls were begun in {@link AT_ONCE_MS} at most: they come one after the other, but a client that is behind its schedule begins some together. */
function mostBegunAtOnce({ records }: Evidence): number {
  const begun = records.map(beganMs).toSorted((a, b) => a - b);
  let first = 0;
  return begun.reduce((most, atMs, last) => {
    while ((begun[first] ?? atMs) < atMs - AT_ONCE_MS) first += 1;
    return Math.max(most, last - first + 1);
  }, 0);
}

function refusedCalls({ records }: Evidence): CallRecord[] {
  return records.filter(({ code }) => REFUSALS.includes(code));
}

/** For each call that was refused, those that may have counted when that was decided; the fewest. None: 0. */
function fewestAtRefusal(seen: Evidence): number {
  const answered = seen.records.filter(({ code }) => code === OK);
  const counts = refusedCalls(seen).map(
    (refused) =>
      answered.filter((call) => beganMs(call) <= endMs(refused) && endMs(call) + RELEASED_MS >= beganMs(refused))
        .length,
  );
  return counts.length === 0 ? 0 : Math.min(...counts);
}
