import { type Expectation, ownMs } from "@grpc-lb-lab/measure";
import { countedCalls } from "@grpc-lb-lab/stage-api";
import { amplification } from "../amplification.ts";
import { withAskedHop } from "../asked-hop.ts";
import { atLeast, none } from "../bounds.ts";
import { ELSEWHERE, seconds } from "../dialects/envoy.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import { endedInTime, medianMs } from "../ended-in-time.ts";
import { allAnswered, unansweredCalls } from "../ended-with.ts";
import { attemptsOf, NUMBERED } from "../numbered-calls.ts";
import { patientClients } from "../patient-clients.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";

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
  trial: ({ perTryTimeoutMs, attempts }) => ({
    pods: 2,
    env: patientClients(perTryTimeoutMs * TIMES_LONGER * attempts),
    load: { rate: RATE, calls: CALLS, kinds: NUMBERED },
    before: async (deployment) => {
      const [slow] = deployment.pods();
      if (slow !== undefined) await deployment.fault(slow.name, { latencyMs: perTryTimeoutMs * TIMES_LONGER });
    },
    roughSeconds: CALLS / RATE + (perTryTimeoutMs * TIMES_LONGER) / 1000,
  }),
  obeyed: (seen, { perTryTimeoutMs }) => [
    allAnswered(seen),
    atLeast({ id: "tried", what: "attempts that the slow pod received" }, triedAtSlowPod(seen), 1),
    none(BY_SLOW_POD, bySlowPod(seen), seen.records.length),
    // Given up by the rule, and by nobody else.
    ...givenUpInTime(seen, perTryTimeoutMs),
  ],
  ignored: (seen) => [allAnswered(seen), amplification(seen, 1, 1), atLeast(BY_SLOW_POD, bySlowPod(seen), 1)],
  differs: (seen, { perTryTimeoutMs }) => {
    const lost = unansweredCalls(seen);
    if (bySlowPod(seen) > 0 || triedAtSlowPod(seen) === 0) return undefined;
    if (lost === 0)
      return `half of the attempts are given up within ${Math.round(medianMs(givenUpMs(seen)))} ms, and not after ${perTryTimeoutMs} ms`;
    if (receivedCalls(seen) > seen.records.length)
      return `attempts are given up, but the next may go to the slow pod again: ${lost} calls met no other`;
    return `${lost} calls are given up with their attempt: none is tried again`;
  },
  onPath: (path, { attempts }) => withAskedHop(path, ({ retry }) => ({ retry: { ...retry, attempts } })),
};

const BY_SLOW_POD = { id: "by-slow-pod", what: "calls that the slow pod answered" };

function givenUpInTime(seen: Evidence, afterMs: number): Expectation[] {
  return endedInTime({ id: "given-up", of: "attempts at the slow pod", afterMs }, givenUpMs(seen));
}

/** How long each call that the slow pod received stayed for each attempt there: the other pod answers at once. */
function givenUpMs({ pods: [slow], received, records }: Evidence): number[] {
  const ofSlow = slow && received.get(slow.name);
  if (ofSlow === undefined) return [];
  return records.flatMap((record, n) => {
    const tries = attemptsOf(n, [ofSlow]);
    return tries === 0 ? [] : [ownMs(record) / tries];
  });
}

function triedAtSlowPod({ pods: [slow], received }: Evidence): number {
  const ofSlow = slow && received.get(slow.name);
  return ofSlow === undefined ? 0 : countedCalls(ofSlow);
}

function bySlowPod({ pods: [slow], records }: Evidence): number {
  return records.filter(({ pod }) => pod !== undefined && pod === slow?.name).length;
}
