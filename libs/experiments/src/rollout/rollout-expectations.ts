import { type CallRecord, type Expectation, longestGapMs, mostInFlightOnAPod } from "@grpc-lb-lab/measure";
import { ageingCosts } from "../aged-connections.ts";
import { dnsWindowMs } from "../discovery-window.ts";
import { atLeast, failAtMost, withinMs } from "../expectation.ts";
import { callsOfPhase, failedCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { isRetried } from "../retries.ts";
import { tooSlowForDns } from "./too-slow-for-dns.ts";

/** What must come out of `rollout`: nothing fails where drain and retries are on, except for what DNS does to `headless`. */
export function rolloutExpectations(observation: Observation): Expectation[] {
  return [allReplaced(observation), ...costs(observation)];
}

/** Undrained but retried, it depends on chance what fails. */
function costs(observation: Observation): Expectation[] {
  const { mode, knobs, records } = observation;
  if (!knobs.drain) return isRetried(observation) ? [] : [undrainedCallsFail(observation)];
  if (mode === "headless") return headlessCosts(observation);
  if (!isRetried(observation)) return [fewMeetGoaway(observation)];
  return [failAtMost("no-failed-calls", "no call fails while every pod is replaced", records, 0)];
}

/** All pods are replaced once; under `headless` twice, quickly and slowly. Every pod of before has gone, and one of after answers. */
function allReplaced({ mode, knobs, podEvents, records }: Observation): Expectation {
  const replaced = knobs.pods * (mode === "headless" ? 2 : 1);
  const gone = new Set(podEvents.filter(({ kind }) => kind === "pod-gone").map(({ pod }) => pod));
  const last = records.findLast(({ code }) => code === 0)?.pod;
  const end =
    last === undefined ? "no call is answered" : `one that ${gone.has(last) ? "has gone" : "stays"} answers last`;
  return {
    id: "all-replaced",
    what: "every pod is replaced, and a new one answers at the end",
    bound: `${quantity(replaced, "pod")} gone, one that stays answers last`,
    measured: `${quantity(gone.size, "pod")} gone, ${end}`,
    ok: gone.size === replaced && last !== undefined && !gone.has(last),
  };
}

function headlessCosts(observation: Observation): Expectation[] {
  const quick = callsOf(observation, "quick");
  const slow = callsOf(observation, "slow");
  const gapWhat = "time without service until DNS has caught up (resolution interval + DNS TTL)";
  return [
    ...(tooSlowForDns(observation) === undefined
      ? [atLeast("quick-rollout-fails", "a rollout quicker than DNS costs calls", failedCalls(quick).length, 1)]
      : []),
    withinMs("quick-gap", gapWhat, quick.length === 0 ? null : longestGapMs(quick), dnsWindowMs(observation)),
    isRetried(observation)
      ? failAtMost("slow-rollout-safe", "a rollout slower than DNS costs nothing", slow, 0)
      : failAtMost(
          "slow-rollout-goaways",
          "a rollout slower than DNS costs no more calls than meet a GOAWAY",
          slow,
          goawayCosts(observation, slow),
        ),
  ];
}

function callsOf({ phases, records }: Observation, name: string): CallRecord[] {
  const phase = phases.find((candidate) => candidate.name === name);
  return phase === undefined ? [] : callsOfPhase(records, phase);
}

/** Without retries a call that is sent as its connection is told to go away is refused ("Stream refused by server"). */
function fewMeetGoaway(observation: Observation): Expectation {
  const { records } = observation;
  const most = goawayCosts(observation, records);
  return failAtMost("few-meet-goaway", "only calls fail that meet a GOAWAY", records, most);
}

/** Every connection of a replaced pod is told once; at that moment no more calls are on it than ever. */
function goawayCosts(observation: Observation, records: readonly CallRecord[]): number {
  const { pods, clients } = observation.knobs;
  return pods * clients * Math.max(1, mostInFlightOnAPod(records)) + ageingCosts(observation);
}

function undrainedCallsFail({ records }: Observation): Expectation {
  return atLeast("undrained-calls-fail", "without drain a rollout costs calls", failedCalls(records).length, 1);
}
