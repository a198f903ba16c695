import { attemptsUntilAnswered } from "@grpc-lb-lab/modes";
import { amplification } from "../amplification.ts";
import { withAskedHop } from "../asked-hop.ts";
import { all } from "../bounds.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import { forAllMethods, retryPolicy } from "../dialects/service-config.ts";
import { endedWith } from "../ended-with.ts";
import { faultEveryPod } from "../fault-every-pod.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Policy } from "../policy.ts";
import { UNAVAILABLE } from "../status-codes.ts";

const CALLS = 100;

/** `retry-attempts`: a call that ends UNAVAILABLE is tried again. All pods answer so, so that every attempt is made, and pods count them. */
export const retryAttempts: Policy<{ attempts: number }> = {
  name: "retry-attempts",
  title: "retries",
  // Not 3, which is what Istio makes of a call by itself, and no more than 5, where gRPC ends.
  parameters: { attempts: 4 },
  source: "https://github.com/grpc/proposal/blob/master/A6-client-retries.md",
  asks: ({ attempts }) => `a call that ends UNAVAILABLE is tried ${attempts} times in all`,
  dialects: ({ attempts }) => ({
    "gRPC service config": forAllMethods(retryPolicy(attempts, "UNAVAILABLE")),
    Istio: istio(
      virtualService({ retries: { attempts: attempts - 1, retryOn: "unavailable" }, route: [destination()] }),
    ),
    Envoy: { dialect: "Envoy", action: { retryPolicy: { retryOn: "unavailable", numRetries: attempts - 1 } } },
    // The three that follow know statuses of HTTP alone: 503 is UNAVAILABLE's, but gRPC's are in trailers, under 200.
    nginx: {
      dialect: "nginx",
      location: ["grpc_next_upstream error timeout http_503 non_idempotent;", `grpc_next_upstream_tries ${attempts};`],
    },
    HAProxy: {
      dialect: "HAProxy",
      backend: [`retries ${attempts - 1}`, "retry-on all-retryable-errors"],
    },
    Traefik: {
      dialect: "Traefik",
      middlewares: { retries: { retry: { attempts, status: ["503"], retryNonIdempotentMethod: true } } },
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].retries.attempts" }],
  trial: () => ({
    pods: 2,
    env: PATIENT_CLIENTS,
    load: { rate: 50, calls: CALLS, warmUp: { distinctPods: 0, calls: 2 } },
    before: (deployment) => faultEveryPod(deployment, { errorCode: "UNAVAILABLE", errorShare: 1 }),
    roughSeconds: CALLS / 50,
  }),
  obeyed: (seen, { attempts }) => [
    amplification(seen, attempts, attempts),
    all({ id: "unavailable", what: "calls that end UNAVAILABLE" }, endedWith(seen, UNAVAILABLE), seen.records.length),
  ],
  ignored: (seen) => [amplification(seen, attemptsUntilAnswered(seen.path), attemptsUntilAnswered(seen.path))],
  onPath: (path, { attempts }) =>
    withAskedHop(path, ({ retry }) => ({
      retry: { ...retry, of: attempts > 1 ? "by code" : retry.of, attempts, losesStatuses: false },
    })),
};
