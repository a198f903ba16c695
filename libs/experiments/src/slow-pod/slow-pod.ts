import { callsPerPod, LatencyHistogram, median, type Phase } from "@grpc-lb-lab/measure";
import { InputError } from "@grpc-lb-lab/stage-api";
import type { Experiment, FigureDeclaration } from "../experiment.ts";
import { answeredCalls } from "../observation.ts";
import { podInUse } from "../pod-in-use.ts";
import { duration } from "../quantity.ts";
import { slowPodExpectations } from "./slow-pod-expectations.ts";
import { DELAY_MS, healthyTurn, isHealthyTurn, isSlowTurn, slowTurn, TURNS, turnsOf } from "./turns.ts";

const PODS = 5;
const TURN_MS = 1_500;

/** `slow-pod`: how many calls meet a pod that answers 200 ms later than the others? */
export const slowPod: Experiment = {
  name: "slow-pod",
  question: `How many calls meet a pod that answers ${DELAY_MS} ms later than the others?`,
  alone: true,
  isInDemo: false,
  load: { kind: "unary", ratePerSecond: 200 },
  knobs: ({ asked }) => {
    if (asked.pods === 1) throw new InputError("slow-pod needs at least 2 pods: with 1, no other pod could be quicker");
    return { pods: PODS };
  },
  course: async ({ deployment, load, signal, note, pause, phase }) => {
    const pod = await podInUse({ load, signal });
    for (let turn = 1; turn <= TURNS; turn += 1) {
      await phase(healthyTurn(turn), () => pause(TURN_MS));
      note("slow", { pod, detail: `+${DELAY_MS} ms` });
      await deployment.fault(pod, { latencyMs: DELAY_MS });
      await phase(slowTurn(turn), () => pause(TURN_MS));
      await deployment.fault(pod, {});
      note("healthy", { pod });
    }
  },
  roughSeconds: () => (2 * TURNS * TURN_MS) / 1_000,
  expectations: slowPodExpectations,
  figures: [
    {
      id: "slow-share",
      heading: ["slow pod’s", "share"],
      unit: "part",
      explanation: "The slow pod’s share is its part of the calls while it is slow.",
      rank: 42,
      read: ({ phases, events }) => shareOf(phases.filter(isSlowTurn), events.find(({ kind }) => kind === "slow")?.pod),
    },
    timesAsLong("p90", 43),
    timesAsLong("p95", 44),
    {
      id: "p99-slow",
      heading: ["p99 with a", "slow pod"],
      unit: "ms",
      rank: 72,
      ofAnsweredCalls: true,
      read: ({ phases }) => {
        const all = percentiles(phases.filter(isSlowTurn), "p99");
        return all.length === 0 ? [] : [median(all)];
      },
    },
  ],
  summary: (observation) => {
    const { slow, healthy, pod } = turnsOf(observation);
    const all = answeredCalls(slow).length;
    if (all === 0) return "No call was answered while a pod was slow.";
    const share = ((callsPerPod(slow).get(pod ?? "") ?? 0) / all) * 100;
    const [slowMs, healthyMs] = [slow, healthy].map((calls) => LatencyHistogram.of(calls).percentileMs(90));
    return `The slow pod answered ${share.toFixed(1)} % of the calls; p90 was ${duration(slowMs ?? 0)}, and ${duration(healthyMs ?? 0)} without it.`;
  },
};

/** Its part of the calls that were answered while it was slow. */
function shareOf(phases: readonly Phase[], pod = ""): number[] {
  const answered = phases.flatMap((phase) => Object.entries(phase.answered ?? {}));
  const all = sum(answered);
  return all === 0 ? [] : [sum(answered.filter(([name]) => name === pod)) / all];
}

function sum(answered: readonly (readonly [string, number])[]): number {
  return answered.reduce((total, [, calls]) => total + calls, 0);
}

/** Each turn with the slow pod is held against the one before, without it. The median of the turns counts. */
function timesAsLong(percentile: "p90" | "p95", rank: number): FigureDeclaration {
  return {
    id: `${percentile}-times`,
    heading: [`${percentile} slow`, "/healthy"],
    unit: "times",
    explanation: "Slow/healthy is how many times as long calls take while one pod is slow as while none is.",
    rank,
    read: ({ phases }) => {
      const healthy = percentiles(phases.filter(isHealthyTurn), percentile);
      const times = percentiles(phases.filter(isSlowTurn), percentile).map((ms, turn) => ms / (healthy[turn] ?? NaN));
      const measured = times.filter(Number.isFinite);
      return measured.length === 0 ? [] : [median(measured)];
    },
  };
}

/** A percentile of each phase's answered calls; 0 where there are none. */
function percentiles(phases: readonly Phase[], percentile: "p90" | "p95" | "p99"): number[] {
  return phases.map(({ latencyMs }) => latencyMs?.[percentile] ?? 0);
}
