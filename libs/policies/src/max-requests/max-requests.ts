import { beganMs, type CallRecord, endMs, ownMs } from "@grpc-lb-lab/measure";
import type { Hop, RequestLimit } from "@grpc-lb-lab/stage-api";
import { withAskedHop } from "../asked-hop.ts";
import { type About, all, atLeast, between } from "../bounds.ts";
import { destination, destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { allAnswered, endedWith } from "../ended-with.ts";
import { mostInFlight } from "../most-in-flight.ts";
import { notRetriedByIstio } from "../not-retried-by-istio.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Evidence, Policy } from "../policy.ts";
import { OK, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

/** How many times as many calls would be under way at once as may be. */
const TIMES_MORE = 3;
const DURATION_MS = 5_000;
const WORK_MS = 2_000;
/**
 * How long after a client has seen the end of a call it may still count as under way, until who limits has taken note of it: longer where calls of the run were
 * later than that. As many calls as come in this time, `rate` of them a second, may be refused though fewer than the limit are under way to the eyes of the client.
 */
const RELEASED_MS = 200;
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
      rate: rateOf(limit),
      durationMs: DURATION_MS,
      warmUp: { distinctPods: 0, calls: 1 },
    },
    roughSeconds: (DURATION_MS + WORK_MS) / 1000,
  }),
  obeyed: (seen, { limit }) => [
    between(withChance(IN_FLIGHT, seen), mostInFlight(seen), leastReached(seen, limit), mostLetThrough(seen, limit)),
    atLeast({ id: "refused", what: "calls that are refused" }, refusedCalls(seen).length, 1),
    atLeast(withChance(AT_REFUSAL, seen), fewestAtRefusal(seen), limit),
    all(
      { id: "others", what: "calls that are answered or refused" },
      endedWith(seen, OK, ...REFUSALS),
      seen.records.length,
    ),
  ],
  ignored: (seen, { limit }) => [
    atLeast(IN_FLIGHT, mostInFlight(seen), mostLetThrough(seen, limit) + 1),
    allAnswered(seen),
  ],
  onPath: (path, { limit }) => withAskedHop(path, (hop) => ({ requestsAtMost: limitOf(hop, limit) })),
  besideOnPath: notRetriedByIstio,
};

/**
 * Envoy, gRPC (by the name of the cluster, for all channels of a process) and Traefik count the calls to all pods, nginx and HAProxy those to each. Without a
 * `zone` each worker of nginx counts for itself. Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#max_conns
 */
function limitOf({ dialects, pick: { scope, workers = 1 } }: Hop, limit: number): RequestLimit {
  if (dialects.includes("nginx")) return { calls: limit * (scope === "worker" ? workers : 1), of: "each pod" };
  return { calls: limit, of: dialects.includes("HAProxy") ? "each pod" : "all pods" };
}

const REFUSALS = [RESOURCE_EXHAUSTED, UNAVAILABLE];

/**
 * What psm-interop asserts of a breaker, [limit - rate · slack, limit] once it has settled, from both sides, with the run's own lateness as slack:
 * - The pod has a call under way for a part of the time for which who limits counts it, and so never more than the limit. The limit itself is reached: three times
 *   as many calls come, and the last that is let through is begun a third of a call after the first. That leaves two thirds of a call (1.3 s) for calls to be late
 *   by before the pod has fewer at once; what they are late by in this run beyond that times the rate is let off.
 * - Nobody is refused while fewer than the limit are under way. That is decided between the beginning and the end of the call that is refused, and every call that
 *   counted then has begun by its end, and has not ended by its beginning, but for {@link RELEASED_MS} or what the run's calls are late by.
 * Both fail by chance where a delay is longer than any that the run's calls had, and than 200 ms, in the one moment where it matters: between the end of an answer
 * and its being taken note of, some 20 times a run. Who does both in one thread, for one connection, as all but Traefik do, cannot be late so.
 */
const IN_FLIGHT = { id: "in-flight", what: "the most calls that the pod had under way at once" };
const AT_REFUSAL = { id: "at-refusal", what: "calls that were under way when one was refused, at least" };

/** A bound with its chance. */
function withChance(about: About, seen: Evidence): About {
  return {
    ...about,
    chance: `calls of the run were ${Math.round(latenessMs(seen))} ms late at most; by chance less than once in 10⁵`,
  };
}

/** How much longer than pods work calls took that were answered, at most. */
function latenessMs({ records }: Evidence): number {
  return Math.max(0, ...records.filter(({ code }) => code === OK).map((call) => ownMs(call) - WORK_MS));
}

/** The limit, but for calls that may be under way for who limits, and not at the pod. */
function leastReached(seen: Evidence, limit: number): number {
  const rate = rateOf(limit);
  const leftMs = WORK_MS - (limit * 1_000) / rate;
  return Math.max(1, limit - Math.ceil((rate * Math.max(0, latenessMs(seen) - leftMs)) / 1_000));
}

function rateOf(limit: number): number {
  return (limit * TIMES_MORE) / (WORK_MS / 1_000);
}

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
  const releasedMs = Math.max(RELEASED_MS, latenessMs(seen));
  const counts = refusedCalls(seen).map(
    (refused) =>
      answered.filter((call) => beganMs(call) <= endMs(refused) && endMs(call) + releasedMs >= beganMs(refused)).length,
  );
  return counts.length === 0 ? 0 : Math.min(...counts);
}
