import { ownMs } from "@grpc-lb-lab/measure";
import { all, between } from "../bounds.ts";
import { seconds } from "../dialects/envoy.ts";
import { destination, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { forAllMethods, grpcDuration } from "../dialects/service-config.ts";
import { endedInTime, medianMs } from "../ended-in-time.ts";
import { endedWith, noneUnanswered } from "../ended-with.ts";
import { patientClients } from "../patient-clients.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";
import { DEADLINE_EXCEEDED, UNAVAILABLE } from "../status-codes.ts";

const CALLS = 60;
/** How much longer pods take to answer: a busy machine does not make up for it. */
const TIMES_LONGER = 3;

/** `timeout`: a call that takes too long is ended, whatever its client's deadline. */
export const timeout: Policy<{ timeoutMs: number }> = {
  name: "timeout",
  title: "a timeout of calls",
  parameters: { timeoutMs: 1_000 },
  source: "https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts",
  asks: ({ timeoutMs }) => `a call that takes longer than ${timeoutMs} ms is ended, though its client would wait`,
  dialects: ({ timeoutMs }) => ({
    "gRPC service config": forAllMethods({ timeout: grpcDuration(timeoutMs) }),
    Istio: istio(virtualService({ ...NOT_RETRIED, route: [destination()], timeout: `${timeoutMs}ms` })),
    Envoy: { dialect: "Envoy", action: { timeout: seconds(timeoutMs) } },
    nginx: {
      dialect: "nginx",
      location: [`grpc_read_timeout ${timeoutMs}ms;`],
      // A pod whose answer was late once would get no more calls for 10 s.
      serverParameters: ["max_fails=0"],
    },
    HAProxy: { dialect: "HAProxy", backend: [`timeout server ${timeoutMs}ms`] },
    Traefik: {
      dialect: "Traefik",
      serversTransports: { patient: { forwardingTimeouts: { responseHeaderTimeout: `${timeoutMs}ms` } } },
      loadBalancer: { serversTransport: "patient" },
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].timeout" }],
  trial: ({ timeoutMs }) => ({
    pods: 2,
    env: { ...patientClients(timeoutMs * TIMES_LONGER), WORK_MS: String(timeoutMs * TIMES_LONGER) },
    load: { rate: 30, calls: CALLS, warmUp: { distinctPods: 0, calls: 1 } },
    roughSeconds: CALLS / 30 + (timeoutMs * TIMES_LONGER) / 1000,
  }),
  obeyed: (seen, { timeoutMs }) => [
    all(
      { id: "ended", what: "calls that end DEADLINE_EXCEEDED or UNAVAILABLE" },
      endedWith(seen, ...ENDED),
      seen.records.length,
    ),
    // By the rule, and by nobody else: neither at once, nor at the client's own deadline.
    ...endedInTime({ id: "ended", of: "calls", afterMs: timeoutMs }, endedAfterMs(seen)),
    // A timeout that is over before a call is sent would look the same to its client. On a busy machine some are.
    between(
      { id: "sent", what: "calls that pods have received" },
      receivedCalls(seen),
      Math.ceil(seen.records.length / 2),
      seen.records.length,
      seen.records.length,
    ),
  ],
  ignored: (seen) => [noneUnanswered(seen)],
  differs: (seen, { timeoutMs }) => {
    const isInTime = endedInTime({ id: "ended", of: "calls", afterMs: timeoutMs }, endedAfterMs(seen)).every(
      ({ ok }) => ok,
    );
    if (isInTime || endedWith(seen, ...ENDED) < seen.records.length) return undefined;
    const [first = 0] = endedAfterMs(seen).toSorted((a, b) => a - b);
    const half = medianMs(endedAfterMs(seen));
    return `calls are ended, the first after ${Math.round(first)} ms and half of them within ${Math.round(half)} ms, and not after ${timeoutMs} ms`;
  },
  // What becomes of calls that take too long changes no pick.
  onPath: (path) => path,
};

/** Whoever ends a call at a timeout says either. */
const ENDED = [DEADLINE_EXCEEDED, UNAVAILABLE];

function endedAfterMs({ records }: Evidence): number[] {
  return records.filter(({ code }) => ENDED.includes(code)).map(ownMs);
}
