import { type CallRecord, type Expectation, ownMs, within } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { onePodPerConnection, onlyAgeingFails } from "../aged-connections.ts";
import { clientsOfPod } from "../clients-of-pod.ts";
import { answeredCalls, callsOfPhase, type Observation } from "../observation.ts";
import { ownPercentileMs } from "../own-time.ts";
import { quantity } from "../quantity.ts";
import { type SlowShare, slowShare } from "./slow-share.ts";
import { DELAY_MS, isSlowTurn, type Turns, turnsOf } from "./turns.ts";

/** What must come out of `slow-pod`. p99 is not judged: it is the slow pod's as long as that gets one call in a hundred. */
export function slowPodExpectations(observation: Observation): Expectation[] {
  const turns = turnsOf(observation);
  const isOnePod = hasOnePodPerConnection(observation.path);
  return [...(isOnePod ? ofOnePod(observation, turns) : ofAllPods(observation, turns)), onlyAgeingFails(observation)];
}

const PERCENTILES = [90, 95] as const;

/** All or nothing: a client of the slow pod waits for it with each of its calls. */
function ofOnePod(observation: Observation, turns: Turns): Expectation[] {
  const what = "a client goes on calling the pod of its connection, slow or not";
  // With ageing a client may get another pod between two turns.
  if (observation.knobs.maxAgeMs > 0)
    return [onePodPerConnection("one-pod-per-client", what, ...firstTurn(observation))];
  const pinned = onePodPerConnection("one-pod-per-client", what, turns.slow, observation);
  const clients = clientsOfPod(turns.pod, turns.healthy);
  const theirs = turns.slow.filter(({ client }) => clients.has(client));
  return [pinned, ...PERCENTILES.map((percentile) => isSlow(percentile, theirs, "of the slow pod's clients "))];
}

/** The calls of the first slow turn, and what was seen as if it had been all. */
function firstTurn(observation: Observation): [CallRecord[], Observation] {
  const turn = observation.phases.find(isSlowTurn);
  if (turn === undefined) return [[], observation];
  return [callsOfPhase(observation.records, turn), { ...observation, beganAtMs: turn.fromMs, endedAtMs: turn.toMs }];
}

function ofAllPods(observation: Observation, turns: Turns): Expectation[] {
  const share = slowShare(observation, turns);
  return [shareExpectation(share, observation, turns), ...PERCENTILES.flatMap((each) => latencies(each, share, turns))];
}

function shareExpectation({ range, isSpared }: SlowShare, { pods }: Observation, turns: Turns): Expectation {
  const ofSlowPod = turns.slow.filter(({ code, pod }) => code === 0 && pod === turns.pod).length;
  const all = answeredCalls(turns.slow).length;
  const measured = `${ofSlowPod} of ${quantity(all, "call")}`;
  const ok = all > 0 && within(ofSlowPod, range);
  if (isSpared) {
    const what =
      "the slow pod answers few calls: no more than when they are made again and go where the least is under way";
    return { id: "slow-pod-spared", what, bound: `<= ${quantity(range.max, "call")}`, measured, ok };
  }
  const what = `the slow pod answers as many calls as any of ${pods.length}, for nobody looks at latencies`;
  return { id: "slow-pod-share", what, bound: `${range.min} to ${quantity(range.max, "call")}`, measured, ok };
}

/**
 * A percentile is the slow pod's where that certainly answers more calls than lie above it, and another's where it certainly answers fewer, also with as many
 * late calls of other pods as there are in the turns without it. Times count from the calls' real beginnings, so that a client that stalls delays those under
 * way alone. By chance only a stall of the pods, or of a proxy, that comes in the turns with the slow pod and lasts some 300 ms makes the difference.
 */
function latencies(percentile: number, { range }: SlowShare, turns: Turns): Expectation[] {
  const above = answeredCalls(turns.slow).length * (1 - percentile / 100);
  if (range.min > above) return [isSlow(percentile, turns.slow, "")];
  const healthyMs = ownPercentileMs(percentile, answeredCalls(turns.healthy)) ?? 0;
  const late = answeredCalls(turns.healthy).filter((call) => ownMs(call) > healthyMs + DELAY_MS / 2).length;
  return range.max + late < above ? [isSpared(percentile, turns)] : [];
}

/** Node's timers may fire a millisecond early. */
const LEAST_MS = DELAY_MS - 1;

function isSlow(percentile: number, calls: readonly CallRecord[], whose: string): Expectation {
  const measuredMs = ownPercentileMs(percentile, answeredCalls(calls));
  return {
    id: `p${percentile}-slow`,
    what: `p${percentile} ${whose}is that of the slow pod`,
    bound: `>= ${LEAST_MS} ms`,
    measured: measuredMs === null ? "0 calls" : `${Math.round(measuredMs)} ms`,
    ok: measuredMs !== null && measuredMs >= LEAST_MS,
  };
}

function isSpared(percentile: number, { slow, healthy }: Turns): Expectation {
  const [slowMs, healthyMs] = [
    ownPercentileMs(percentile, answeredCalls(slow)),
    ownPercentileMs(percentile, answeredCalls(healthy)),
  ];
  const mostMs = (healthyMs ?? 0) + DELAY_MS / 2;
  return {
    id: `p${percentile}-spared`,
    what: `p${percentile} is not that of the slow pod: half of what it adds, at most, beside p${percentile} of the turns without it`,
    bound: `<= ${Math.round(mostMs)} ms`,
    measured: slowMs === null ? "0 calls" : `${Math.round(slowMs)} ms`,
    ok: slowMs !== null && healthyMs !== null && slowMs <= mostMs,
  };
}
