import { type CallRecord, type Expectation, longestGapMs, mostInFlightOnAPod } from "@grpc-lb-lab/measure";
import { agesDns, balancerOf, isPinned, isRetried, mayBeRetried } from "@grpc-lb-lab/modes";
import { ageingCosts } from "../aged-connections.ts";
import { atLeast, failAtMost, withinMs } from "../expectation.ts";
import { callsOfPhase, failedCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { tooSlowForDns } from "./too-slow-for-dns.ts";

/** What must come out of `rollout`: nothing fails where drain and retries are on, except for what DNS does to clients that hear late. */
export function rolloutExpectations(observation: Observation): Expectation[] {
  return isTold(observation) ? [allReplaced(observation), ...costs(observation)] : untoldCosts(observation);
}

/** Whether the balancer can hear of new pods at all; where connections are balanced each new one finds one. */
function isTold({ path }: Observation): boolean {
  return isPinned(path) || balancerOf(path).learn.by !== "nothing";
}

/** Who knows the first pods alone has nobody left when those have gone. */
function untoldCosts({ phases, records }: Observation): Expectation[] {
  const [rollout] = phases;
  const atTheEnd = records.filter(({ startMs }) => rollout !== undefined && startMs > rollout.toMs - LAST_MS);
  const failed = failedCalls(atTheEnd).length;
  return [
    {
      id: "nobody-left",
      what: "every call fails once all pods that the balancer knew have gone",
      bound: `${quantity(atTheEnd.length, "call")}`,
      measured: `${failed} of ${quantity(atTheEnd.length, "call")}`,
      ok: atTheEnd.length > 0 && failed === atTheEnd.length,
    },
  ];
}

/** The end of a rollout: the course looks a second longer than it takes. */
const LAST_MS = 500;

/** Undrained but retried, it depends on chance what fails. */
function costs(observation: Observation): Expectation[] {
  const { path, knobs, records } = observation;
  if (!knobs.drain) return mayBeRetried(path) ? [] : [undrainedCallsFail(observation)];
  if (agesDns(path)) return agedDnsCosts(observation);
  if (!isRetried(path)) return [fewMeetGoaway(observation)];
  return [failAtMost("no-failed-calls", "no call fails while every pod is replaced", records, 0)];
}

/** All pods are replaced once; where clients hear late twice, quickly and slowly. Every pod of before has gone, and one of after answers. */
function allReplaced({ path, knobs, podEvents, records }: Observation): Expectation {
  const replaced = knobs.pods * (agesDns(path) ? 2 : 1);
  const gone = new Set(podEvents.filter(({ kind }) => kind === "pod-gone").map(({ pod }) => pod));
  const last = records.findLast(({ code }) => code === 0)?.pod;
  const end =
    last === undefined
      ? "no call is answered"
      : `the last answer from a pod that ${gone.has(last) ? "has gone" : "stays"}`;
  return {
    id: "all-replaced",
    what: "every pod is replaced, and a new pod answers at the end",
    bound: `${quantity(replaced, "pod")} gone, the last answer from a pod that stays`,
    measured: `${quantity(gone.size, "pod")} gone, ${end}`,
    ok: gone.size === replaced && last !== undefined && !gone.has(last),
  };
}

function agedDnsCosts(observation: Observation): Expectation[] {
  const quick = callsOf(observation, "quick");
  const slow = callsOf(observation, "slow");
  const { staleMs } = balancerOf(observation.path).learn;
  const gapWhat = "time without service until DNS has caught up (resolution interval + DNS TTL)";
  return [
    ...(tooSlowForDns(observation) === undefined
      ? [atLeast("quick-rollout-fails", "a rollout faster than DNS costs calls", failedCalls(quick).length, 1)]
      : []),
    withinMs("quick-gap", gapWhat, quick.length === 0 ? null : longestGapMs(quick), staleMs),
    isRetried(observation.path)
      ? failAtMost("slow-rollout-safe", "a rollout slower than DNS costs nothing", slow, 0)
      : failAtMost(
          "slow-rollout-goaways",
          "a rollout slower than DNS costs only calls that meet a GOAWAY",
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
  return failAtMost("few-meet-goaway", "only calls that meet a GOAWAY fail", records, most);
}

/** Every connection of a replaced pod is told once; at that moment no more calls are on it than ever. */
function goawayCosts(observation: Observation, records: readonly CallRecord[]): number {
  const { pods, clients } = observation.knobs;
  return pods * clients * Math.max(1, mostInFlightOnAPod(records)) + ageingCosts(observation);
}

function undrainedCallsFail({ records }: Observation): Expectation {
  return atLeast("undrained-calls-fail", "without drain a rollout costs calls", failedCalls(records).length, 1);
}
