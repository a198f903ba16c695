import { evenness } from "@grpc-lb-lab/measure";
import type { Experiment } from "../experiment.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { partOfCalls } from "../quantity.ts";
import { podCalls, spread } from "./pod-calls.ts";
import { shareExpectations } from "./share-expectations.ts";

/** `share`: which part of the calls does each pod answer when nothing changes? */
export const share: Experiment = {
  name: "share",
  question: "Which part of the calls does each pod answer when nothing changes?",
  alone: true,
  knobs: (_mode, { calls, durationMs }) => ({
    rate: 200,
    calls: calls ?? (durationMs === undefined ? 400 : undefined),
  }),
  expectations: shareExpectations,
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
