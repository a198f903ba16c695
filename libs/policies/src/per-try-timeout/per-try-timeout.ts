import { amplification } from "../amplification.ts";
import { withAskedHop } from "../asked-hop.ts";
import { all, atLeast, none } from "../bounds.ts";
import { ELSEWHERE, seconds } from "../dialects/envoy.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import { endedWith } from "../ended-with.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Evidence, Policy } from "../policy.ts";
import { counted, receivedCalls } from "../received.ts";
import { OK } from "../status-codes.ts";

const CALLS = 60;
const RATE = 30;
/** How much longer the slow pod takes. */
const TIMES_LONGER = 3;

/** `per-try-timeout`: an attempt that takes too long is given up, and another pod is tried. One of two pods is slow. */
export const perTryTimeout: Policy<{ perTryTimeoutMs: number; attempts: number }> = {
  name: "per-try-timeout",
  title: "a timeout of attempts",
  parameters: { perTryTimeoutMs: 1_000, attempts: 3 },
  source:
    "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-retrypolicy",
  asks: ({ perTryTimeoutMs, attempts }) =>
    `an attempt that takes longer than ${perTryTimeoutMs} ms is given up, and another pod is tried, ${attempts} times in all`,
  dialects: ({ perTryTimeoutMs, attempts }) => ({
    Istio: istio(
      virtualService({
        retries: {
          attempts: attempts - 1,
          perTryTimeout: `${perTryTimeoutMs}ms`,
          // An attempt that is given up counts as a reset, which Istio's own retries leave alone. Istio's Envoys tell the pod of the timeout (`grpc-timeout`:
          // max_grpc_timeout), and where it is quicker than Envoy, it answers with a status.
          retryOn: "reset,deadline-exceeded",
        },
        route: [destination()],
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      action: {
        retryPolicy: {
          retryOn: "reset",
          numRetries: attempts - 1,
          perTryTimeout: seconds(perTryTimeoutMs),
          ...ELSEWHERE,
        },
      },
    },
    nginx: {
      dialect: "nginx",
      location: [
        `grpc_read_timeout ${perTryTimeoutMs}ms;`,
        "grpc_next_upstream error timeout non_idempotent;",
        `grpc_next_upstream_tries ${attempts};`,
      ],
      // A pod whose answer was late once would get no more calls for 10 s.
      serverParameters: ["max_fails=0"],
    },
    HAProxy: {
      dialect: "HAProxy",
      backend: [
        `timeout server ${perTryTimeoutMs}ms`,
        `retries ${attempts - 1}`,
        "retry-on response-timeout",
        "option redispatch 1",
      ],
    },
    Traefik: {
      dialect: "Traefik",
      serversTransports: { patient: { forwardingTimeouts: { responseHeaderTimeout: `${perTryTimeoutMs}ms` } } },
      loadBalancer: { serversTransport: "patient" },
      middlewares: { retries: { retry: { attempts, status: ["504"], retryNonIdempotentMethod: true } } },
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].retries.perTryTimeout" }],
  trial: ({ perTryTimeoutMs }) => ({
    pods: 2,
    env: PATIENT_CLIENTS,
    load: { rate: RATE, calls: CALLS },
    before: async (deployment) => {
      const [slow] = deployment.pods();
      if (slow !== undefined) await deployment.fault(slow.name, { latencyMs: perTryTimeoutMs * TIMES_LONGER });
    },
    roughSeconds: CALLS / RATE + (perTryTimeoutMs * TIMES_LONGER) / 1000,
  }),
  obeyed: (seen) => [
    all(ANSWERED, endedWith(seen, OK), seen.records.length),
    atLeast({ id: "tried", what: "attempts that the slow pod received" }, triedAtSlowPod(seen), 1),
    none(BY_SLOW_POD, bySlowPod(seen), seen.records.length),
  ],
  ignored: (seen) => [
    all(ANSWERED, endedWith(seen, OK), seen.records.length),
    amplification(seen, 1, 1),
    atLeast(BY_SLOW_POD, bySlowPod(seen), 1),
  ],
  differs: (seen) => {
    const lost = seen.records.length - endedWith(seen, OK);
    if (lost === 0 || bySlowPod(seen) > 0) return undefined;
    if (receivedCalls(seen) > seen.records.length)
      return `attempts are given up, but the next may go to the slow pod again: ${lost} calls met no other`;
    return `${lost} calls are given up with their attempt: none is tried again`;
  },
  onPath: (path, { attempts }) => withAskedHop(path, ({ retry }) => ({ retry: { ...retry, attempts } })),
};

const ANSWERED = { id: "answered", what: "calls that are answered" };
const BY_SLOW_POD = { id: "by-slow-pod", what: "calls that the slow pod answered" };

function triedAtSlowPod({ pods: [slow], received }: Evidence): number {
  const ofSlow = slow && received.get(slow.name);
  return ofSlow === undefined ? 0 : counted(ofSlow);
}

function bySlowPod({ pods: [slow], records }: Evidence): number {
  return records.filter(({ pod }) => pod !== undefined && pod === slow?.name).length;
}
