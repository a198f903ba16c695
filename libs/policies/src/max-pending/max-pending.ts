import { all, atLeast, none } from "../bounds.ts";
import { destination, destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { allAnswered, endedWith } from "../ended-with.ts";
import type { Policy } from "../policy.ts";
import { OK, UNAVAILABLE } from "../status-codes.ts";

/** Calls at once, so that they all meet a proxy that has no connection yet. */
const IN_FLIGHT = 30;
const DURATION_MS = 2_000;
const WORK_MS = 50;

/**
 * `max-pending`: no more than so many calls wait for a connection; others are refused. Where calls share connections one only waits while a connection is
 * being made, so that the limit is met in a burst that comes first, or after a pod, and never again.
 */
export const maxPending: Policy<{ limit: number }> = {
  name: "max-pending",
  title: "a limit of calls that wait for a connection",
  parameters: { limit: 1 },
  source: "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking",
  asks: ({ limit }) => `no more than ${limit} calls wait for a connection; others are refused`,
  dialects: ({ limit }) => ({
    Istio: istio(
      virtualService({ ...NOT_RETRIED, route: [destination()] }),
      destinationRule({ trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: limit } } } }),
    ),
    Envoy: { dialect: "Envoy", cluster: { circuitBreakers: { thresholds: [{ maxPendingRequests: limit }] } } },
  }),
  fields: [
    {
      dialect: "Istio",
      kind: "DestinationRule",
      path: "spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests",
    },
  ],
  trial: () => ({
    pods: 1,
    env: { WORK_MS: String(WORK_MS) },
    // No call comes before, which would make the connection.
    load: { inFlight: IN_FLIGHT, durationMs: DURATION_MS, warmUp: { distinctPods: 0, calls: 0 } },
    roughSeconds: DURATION_MS / 1000,
  }),
  obeyed: (seen) => [
    atLeast(REFUSED, endedWith(seen, UNAVAILABLE), 1),
    atLeast({ id: "answered", what: "calls that are answered" }, endedWith(seen, OK), 1),
    all(
      { id: "others", what: "calls that are answered or refused" },
      endedWith(seen, OK, UNAVAILABLE),
      seen.records.length,
    ),
  ],
  ignored: (seen) => [none(REFUSED, endedWith(seen, UNAVAILABLE), seen.records.length), allAnswered(seen)],
  // A path does not know of calls that wait.
  onPath: (path) => path,
};

const REFUSED = { id: "refused", what: "calls that end UNAVAILABLE" };
