import { type CallRecord, callsPerPod, type Expectation, randomPickRange } from "@grpc-lb-lab/measure";
import { balancerOf, isPinned } from "@grpc-lb-lab/modes";
import { addPod } from "../add-pod.ts";
import { type About, between, drawn } from "../bounds.ts";
import { seconds } from "../dialects/envoy.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { during } from "../phases.ts";
import type { Evidence, Policy } from "../policy.ts";

const PODS = 2;
/** So many calls that a part which grows is told from an even one in the first third of the window. */
const RATE = 200;
const AFTER_MS = 1_500;
/** A pod is known for a little longer than it has answered. */
const MARGIN_MS = 500;
/** What a new pod's weight begins with, in %. Envoy's own, and Istio's. */
const LEAST_PERCENT = 10;

/** `slow-start`: a pod that is added gets few calls at first, and an equal part only once a window has passed. */
export const slowStart: Policy<{ windowMs: number }> = {
  name: "slow-start",
  title: "a slow start of new pods",
  parameters: { windowMs: 6_000 },
  source: "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start",
  asks: ({ windowMs }) => `a pod that is added gets ever more calls, and an equal part ${windowMs / 1_000} s later`,
  // nginx has `slow_start` in the commercial edition alone. gRPC has no such thing: gRFC A100 is a draft.
  dialects: ({ windowMs }) => ({
    Istio: istio(
      destinationRule({
        trafficPolicy: { loadBalancer: { warmup: { duration: seconds(windowMs), minimumPercent: LEAST_PERCENT } } },
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      cluster: {
        lbPolicy: "ROUND_ROBIN",
        roundRobinLbConfig: {
          slowStartConfig: { slowStartWindow: seconds(windowMs), minWeightPercent: { value: LEAST_PERCENT } },
        },
      },
    },
    HAProxy: { dialect: "HAProxy", serverParameters: [`slowstart ${windowMs}ms`] },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.warmup" },
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.warmupDurationSecs" },
  ],
  trial: ({ windowMs }) => ({
    pods: PODS,
    load: { rate: RATE, warmUp: { distinctPods: PODS, calls: 2 * PODS, maxMs: 2_000 } },
    course: async (course) => {
      await addPod(course, PODS + 1);
      await course.phase("beginning", () => course.pause(windowMs / 3));
      await course.pause((2 * windowMs) / 3 + MARGIN_MS);
      await course.phase("after", () => course.pause(AFTER_MS));
    },
    roughSeconds: 3 + (windowMs + MARGIN_MS + AFTER_MS) / 1_000,
  }),
  obeyed: (seen) => [...fewAtFirst(seen), equalPart(AFTER, during("after", seen), seen)],
  ignored: (seen) => {
    const beginning = during("beginning", seen);
    if (!hearsOfPods(seen)) return [between(BEGINNING, ofNewPod(beginning, seen), 0, 0, beginning.length)];
    return [equalPart(BEGINNING, beginning, seen), equalPart(AFTER, during("after", seen), seen)];
  },
  // It changes how much a pod counts for some seconds, and not how a hop picks.
  onPath: (path) => path,
};

const BEGINNING: About = { id: "beginning", what: "calls that the new pod answered at first" };
const AFTER: About = { id: "after", what: "calls that it answered once the window was over" };

/** Less than chance would ever give a pod that counts as much as others. */
function fewAtFirst(seen: Evidence): Expectation[] {
  const beginning = during("beginning", seen);
  const leastByLot = randomPickRange(beginning.length, 1 / seen.pods.length).min;
  const calls = ofNewPod(beginning, seen);
  return [between(BEGINNING, calls, 1, leastByLot - 1, beginning.length)];
}

function equalPart(about: About, records: readonly CallRecord[], seen: Evidence): Expectation {
  return drawn(about, ofNewPod(records, seen), records.length, 1 / seen.pods.length);
}

/** The pod that was not there at first: the last of all. */
function ofNewPod(records: readonly CallRecord[], { pods }: Evidence): number {
  return callsPerPod(records).get(pods.at(-1)?.name ?? "") ?? 0;
}

/** Whether connections that live on keep a new pod from its calls. */
function hearsOfPods({ path }: Evidence): boolean {
  return !isPinned(path) && balancerOf(path).learn.newPod !== undefined;
}
