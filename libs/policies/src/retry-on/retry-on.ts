import type { Expectation } from "@grpc-lb-lab/measure";
import { endMs } from "@grpc-lb-lab/measure";
import { attemptsOnPath } from "../amplification.ts";
import { atLeast, between } from "../bounds.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import { forAllMethods, retryPolicy } from "../dialects/service-config.ts";
import { endedWith } from "../ended-with.ts";
import { faultEveryPod } from "../fault-every-pod.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import { beganMs } from "../phases.ts";
import type { Evidence, Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";
import { RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

const RATE = 50;
const ATTEMPTS = 3;
/** How long pods answer with either code: of different lengths, so that it shows in the sum of attempts which of them is tried again. */
const LISTED_MS = 1_000;
const OTHER_MS = 2_000;
/** Phases of the trial. */
const [LISTED, OTHER] = ["pods answer RESOURCE_EXHAUSTED", "pods answer UNAVAILABLE"] as const;

/** `retry-on`: calls are tried again that end with the code that is listed, RESOURCE_EXHAUSTED, and others, such as UNAVAILABLE, are not. */
export const retryOn: Policy = {
  name: "retry-on",
  title: "retries by status code",
  parameters: {},
  source:
    "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-grpc-on",
  asks: () => `a call that ends RESOURCE_EXHAUSTED is tried ${ATTEMPTS} times, and one that ends UNAVAILABLE once`,
  dialects: () => ({
    "gRPC service config": forAllMethods(retryPolicy(ATTEMPTS, "RESOURCE_EXHAUSTED")),
    Istio: istio(
      virtualService({
        retries: { attempts: ATTEMPTS - 1, retryOn: "resource-exhausted" },
        route: [destination()],
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      action: { retryPolicy: { retryOn: "resource-exhausted", numRetries: ATTEMPTS - 1 } },
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].retries.retryOn" }],
  trial: () => ({
    pods: 2,
    env: PATIENT_CLIENTS,
    load: { rate: RATE, warmUp: { distinctPods: 0, calls: 2 } },
    before: (deployment) => faultEveryPod(deployment, { errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 }),
    course: async ({ deployment, pause, phase }) => {
      await phase(LISTED, () => pause(LISTED_MS));
      await faultEveryPod(deployment, { errorCode: "UNAVAILABLE", errorShare: 1 });
      await phase(OTHER, () => pause(OTHER_MS));
    },
    roughSeconds: (LISTED_MS + OTHER_MS) / 1000,
  }),
  obeyed: (seen) => [...bothCodes(seen), attempts(seen, ATTEMPTS, 1)],
  // What a path tries again by itself is UNAVAILABLE.
  ignored: (seen) => [...bothCodes(seen), attempts(seen, 1, attemptsOnPath(seen.path))],
  // A path knows calls that end UNAVAILABLE, which must not be tried again.
  onPath: (path) => path,
};

function bothCodes(seen: Evidence): Expectation[] {
  return [
    atLeast({ id: "listed", what: "calls that end RESOURCE_EXHAUSTED" }, endedWith(seen, RESOURCE_EXHAUSTED), 1),
    atLeast({ id: "other", what: "calls that end UNAVAILABLE" }, endedWith(seen, UNAVAILABLE), 1),
  ];
}

/** That so many attempts are made of a call by the code that it ends with, but for the calls that were under way when the code changed. */
function attempts(seen: Evidence, ofListed: number, ofOther: number): Expectation {
  const sum = ofListed * endedWith(seen, RESOURCE_EXHAUSTED) + ofOther * endedWith(seen, UNAVAILABLE);
  const doubtful = (Math.max(ofListed, ofOther) - 1) * underWayAtChange(seen);
  const what = `attempts that pods receive (${ofListed} of a call that ends RESOURCE_EXHAUSTED, ${ofOther} of others)`;
  return between({ id: "attempts", what }, receivedCalls(seen), sum - doubtful, sum + doubtful);
}

function underWayAtChange({ records, phases }: Evidence): number {
  const fromMs = phases.find(({ name }) => name === LISTED)?.toMs ?? Number.NEGATIVE_INFINITY;
  const toMs = phases.find(({ name }) => name === OTHER)?.fromMs ?? Number.POSITIVE_INFINITY;
  return records.filter((record) => beganMs(record) < toMs && endMs(record) > fromMs).length;
}
