import { beganMs, type Expectation, monotonicMs } from "@grpc-lb-lab/measure";
import { attemptsUntilAnswered } from "@grpc-lb-lab/modes";
import type { LoadRun } from "@grpc-lb-lab/stage-api";
import { type About, all, atLeast } from "../bounds.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import { forAllMethods, retryPolicy } from "../dialects/service-config.ts";
import { faultEveryPod } from "../fault-every-pod.ts";
import { attemptsOf, NUMBERED } from "../numbered-calls.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import { within } from "../phases.ts";
import type { Evidence, Policy } from "../policy.ts";
import { RESOURCE_EXHAUSTED, UNAVAILABLE } from "../status-codes.ts";

const RATE = 50;
const ATTEMPTS = 3;
/** How many calls there are to end while pods answer with either code. */
const CALLS = 50;
/** Phases of the trial. */
const [LISTED, CHANGE, OTHER] = ["pods answer RESOURCE_EXHAUSTED", "pods change", "pods answer UNAVAILABLE"] as const;

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
    load: { rate: RATE, kinds: NUMBERED, warmUp: { distinctPods: 0, calls: 2 } },
    before: (deployment) => faultEveryPod(deployment, { errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 }),
    course: async ({ deployment, load, phase, signal }) => {
      await phase(LISTED, () => untilMade(CALLS, load, signal));
      // Each pod has said that it has the fault before a phase ends, and in a cluster one does so long after another.
      await phase(CHANGE, () => faultEveryPod(deployment, { errorCode: "UNAVAILABLE", errorShare: 1 }));
      await phase(OTHER, () => untilMade(CALLS, load, signal));
    },
    roughSeconds: (2 * CALLS) / RATE,
  }),
  obeyed: (seen) => tried(seen, ATTEMPTS, 1),
  // What a path tries again by itself is UNAVAILABLE.
  ignored: (seen) => tried(seen, 1, attemptsUntilAnswered(seen.path)),
  // A path knows calls that end UNAVAILABLE, which must not be tried again.
  onPath: (path) => path,
};

/** Resolves once so many calls have ended that were begun from now on. */
async function untilMade(calls: number, load: LoadRun, signal: AbortSignal): Promise<void> {
  const fromMs = monotonicMs();
  let made = 0;
  await load.waitFor((fresh) => {
    made += fresh.filter((record) => beganMs(record) >= fromMs).length;
    return made >= calls;
  }, signal);
}

/** That pods have received so many attempts of each call, by the code that it ends with. */
function tried(seen: Evidence, ofListed: number, ofOther: number): Expectation[] {
  return [
    ...allTried("RESOURCE_EXHAUSTED", attemptsAt(LISTED, RESOURCE_EXHAUSTED, seen), ofListed),
    ...allTried("UNAVAILABLE", attemptsAt(OTHER, UNAVAILABLE, seen), ofOther),
  ];
}

function allTried(code: string, attempts: readonly number[], each: number): Expectation[] {
  const what = `calls that end ${code}, of which pods receive ${each} ${each === 1 ? "attempt" : "attempts"}`;
  const made = attempts.filter((count) => count === each).length;
  const average = attempts.reduce((sum, count) => sum + count, 0) / attempts.length;
  const { measured, ...rest } = all({ id: code, what }, made, attempts.length);
  const enough: About = { id: `${code}-calls`, what: `calls that end ${code} while all pods answer so` };
  return [
    atLeast(enough, attempts.length, CALLS / 2),
    { ...rest, measured: `${measured}${made === attempts.length ? "" : `, and ${average.toFixed(1)} on average`}` },
  ];
}

/**
 * The attempts that pods have received of each call that ends with a code while all pods answer with it. A call that is under way while pods change one after the
 * other may meet both codes, and does not count.
 */
function attemptsAt(phase: string, code: number, seen: Evidence): number[] {
  const counted = new Set(within(phase, seen));
  return seen.records.flatMap((record, n) =>
    counted.has(record) && record.code === code ? [attemptsOf(n, seen.received.values())] : [],
  );
}
