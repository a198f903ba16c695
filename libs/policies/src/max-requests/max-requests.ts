import { all, atLeast, between } from "../bounds.ts";
import { destination, destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { endedWith } from "../ended-with.ts";
import { mostInFlight } from "../most-in-flight.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Policy } from "../policy.ts";
import { OK, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

/** How many times as many calls would be under way at once as may be. */
const TIMES_MORE = 3;
const DURATION_MS = 5_000;
const WORK_MS = 2_000;
/** The part of the limit that must be used: a breaker that refuses more than it must is another one. */
const USED = 0.8;
/**
 * How far the limit may be exceeded. gRPC counts a call once it has been started, a moment after its pod was picked, so that of calls that are begun in one
 * burst all pass: calls come one after the other here, but a busy client begins some together. Source: grpc-js-xds, `XdsClusterImplPicker`.
 */
const EXCEEDED = 1.5;

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
    between(IN_FLIGHT, mostInFlight(seen), Math.ceil(limit * USED), Math.floor(limit * EXCEEDED)),
    atLeast({ id: "refused", what: "calls that are refused" }, endedWith(seen, ...REFUSALS), 1),
    all(
      { id: "others", what: "calls that are answered or refused" },
      endedWith(seen, OK, ...REFUSALS),
      seen.records.length,
    ),
  ],
  ignored: (seen, { limit }) => [
    atLeast(IN_FLIGHT, mostInFlight(seen), Math.floor(limit * EXCEEDED) + 1),
    all({ id: "answered", what: "calls that are answered" }, endedWith(seen, OK), seen.records.length),
  ],
  // A path knows how many calls a connection takes, and not how many a hop does.
  onPath: (path) => path,
};

const IN_FLIGHT = { id: "in-flight", what: "the most calls that were under way at once" };
const REFUSALS = [RESOURCE_EXHAUSTED, UNAVAILABLE];
