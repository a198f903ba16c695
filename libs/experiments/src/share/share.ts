import { evenness } from "@grpc-lb-lab/measure";
import type { Experiment } from "../experiment.ts";
import { answered, latency } from "../figures.ts";
import { loadSeconds } from "../load-length.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { partOfCalls } from "../quantity.ts";
import { podCalls, spread } from "./pod-calls.ts";
import { shareExpectations } from "./share-expectations.ts";

/** `share`: what share of the calls does each pod answer when nothing changes? */
export const share: Experiment = {
  name: "share",
  question: "What share of the calls does each pod answer when nothing changes?",
  alone: true,
  load: { kind: "unary", ratePerSecond: 200, calls: 400 },
  roughSeconds: ({ knobs }) => loadSeconds(knobs),
  expectations: shareExpectations,
  figures: [
    {
      id: "share",
      heading: ["share of", "each pod"],
      unit: "calls by pod",
      rank: 10,
      read: ({ pods }) => pods.map(({ calls }) => calls),
    },
    {
      id: "evenness",
      heading: ["", "even"],
      unit: "ratio",
      explanation: "Evenness is Jain’s index of the pods’ shares: 1 is even, 1/n is one pod of n.",
      rank: 20,
      read: answered(({ evenness: even }) => even),
    },
    latency("p50", 60),
    latency("p99", 70),
  ],
  summary: (observation) => {
    const { records } = observation;
    const failed = failedCalls(records).length;
    if (failed === records.length) return `No pod answered: all ${records.length} calls failed.`;
    const failures = failed === 0 ? "" : `; ${partOfCalls(failed, records.length)} failed`;
    return `${whoAnswered(observation)}, evenness ${evenness(podCalls(observation)).toFixed(3)}${failures}.`;
  },
};

function whoAnswered(observation: Observation): string {
  const calls = podCalls(observation);
  const answering = calls.filter((count) => count > 0);
  if (calls.length === 1) return `The only pod answered ${calls[0]} calls`;
  if (answering.length === calls.length) return `All ${calls.length} pods answered, ${spread(calls)} calls each`;
  const each = answering.length === 1 ? "" : " each";
  return `${answering.length} of ${calls.length} pods answered, ${spread(answering)} calls${each}`;
}
