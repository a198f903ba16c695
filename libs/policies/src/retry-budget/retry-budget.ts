import { attemptsUntilAnswered } from "@grpc-lb-lab/modes";
import { amplification } from "../amplification.ts";
import { withAskedHop } from "../asked-hop.ts";
import { all, atLeast } from "../bounds.ts";
import { destination, destinationRule, istio, virtualService } from "../dialects/istio.ts";
import { forAllMethods, retryPolicy } from "../dialects/service-config.ts";
import { endedWith } from "../ended-with.ts";
import { faultEveryPod } from "../fault-every-pod.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";
import { UNAVAILABLE } from "../status-codes.ts";

const CALLS = 300;
const RATE = 100;
/** Of each call, if nothing bounds its retries. */
const ATTEMPTS = 4;
/** How long a pod takes to fail, so that many calls are under way at once: a budget is a part of those. */
const FAILS_AFTER_MS = 200;
/** A store that two calls of a warm-up do not empty. */
const MOST_TOKENS = 100;
/** The retries that are let through at a time whatever the budget is. */
const LEAST_RETRIES = 1;

/**
 * `retry-budget`: where all pods fail, retries are so small a part of the load that they do not add to the trouble. Envoy counts the calls that are under way;
 * gRPC keeps a store of tokens, of which each failure takes one and an answer brings back a part, and retries while it is more than half full.
 */
export const retryBudget: Policy<{ percent: number }> = {
  name: "retry-budget",
  title: "a budget of retries",
  parameters: { percent: 20 },
  source: "https://sre.google/sre-book/addressing-cascading-failures/",
  asks: ({ percent }) =>
    `calls are tried ${ATTEMPTS} times, as long as no more than ${percent} % of what is under way are retries`,
  dialects: ({ percent }) => ({
    "gRPC service config": forAllMethods(retryPolicy(ATTEMPTS, "UNAVAILABLE"), {
      retryThrottling: { maxTokens: MOST_TOKENS, tokenRatio: percent / 100 },
    }),
    Istio: istio(
      virtualService({ retries: { attempts: ATTEMPTS - 1, retryOn: "unavailable" }, route: [destination()] }),
      destinationRule({ trafficPolicy: { retryBudget: { percent, minRetryConcurrency: LEAST_RETRIES } } }),
    ),
    Envoy: {
      dialect: "Envoy",
      action: { retryPolicy: { retryOn: "unavailable", numRetries: ATTEMPTS - 1 } },
      cluster: {
        circuitBreakers: {
          thresholds: [{ retryBudget: { budgetPercent: { value: percent }, minRetryConcurrency: LEAST_RETRIES } }],
        },
      },
    },
  }),
  fields: [{ dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.retryBudget" }],
  trial: () => ({
    pods: 2,
    env: PATIENT_CLIENTS,
    load: { rate: RATE, calls: CALLS, warmUp: { distinctPods: 0, calls: 2 } },
    before: (deployment) =>
      faultEveryPod(deployment, { latencyMs: FAILS_AFTER_MS, errorCode: "UNAVAILABLE", errorShare: 1 }),
    roughSeconds: CALLS / RATE + 1,
  }),
  obeyed: (seen, { percent }) => [
    all(FAILED, endedWith(seen, UNAVAILABLE), seen.records.length),
    // Where nothing is tried again, a budget does nothing.
    atLeast({ id: "retried", what: "attempts after the first" }, receivedCalls(seen) - seen.records.length, 1),
    amplification(seen, 1, mostWithin(percent / 100)),
  ],
  ignored: (seen) => [
    all(FAILED, endedWith(seen, UNAVAILABLE), seen.records.length),
    amplification(seen, attemptsIfIgnored(seen), attemptsIfIgnored(seen)),
  ],
  onPath: (path, { percent }) =>
    withAskedHop(path, ({ retry, dialects }) => ({
      retry: {
        ...retry,
        limit: dialects.includes("gRPC service config")
          ? { by: "tokens", most: MOST_TOKENS, perAnswer: percent / 100 }
          : { by: "calls under way", part: percent / 100, least: LEAST_RETRIES },
      },
    })),
  besideOnPath: (path) =>
    withAskedHop(path, ({ retry }) => ({
      retry: { ...retry, of: "by code", attempts: ATTEMPTS, losesStatuses: false },
    })),
};

const FAILED = { id: "failed", what: "calls that end UNAVAILABLE" };

/** The budget alone is ignored, and all retries are made; or the rule as a whole, and a call is tried as often as its path does by itself. */
function attemptsIfIgnored(seen: Evidence): number {
  const ofPath = attemptsUntilAnswered(seen.path);
  return receivedCalls(seen) === ofPath * seen.records.length ? ofPath : ATTEMPTS;
}

/** Of attempts that take equally long a share `s` are retries: s / (1 - s) of each call. Twice as many where a busy machine has some take longer. */
function mostWithin(share: number): number {
  return 1 + (2 * share) / (1 - share);
}
