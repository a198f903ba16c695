import { type Expectation, type Range, randomPickRange, roundRobinRange, within } from "@grpc-lb-lab/measure";
import { balancerOf, hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { onePodPerConnection, onlyAgeingFails } from "../aged-connections.ts";
import { mostDrawn } from "../most-drawn.ts";
import type { Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { rotations } from "../rotations.ts";
import { callsByZone, podCalls, spread } from "./pod-calls.ts";

/** What must come out of `share` under a mode, whatever policy the caller has forced on it. */
export function shareExpectations(observation: Observation): Expectation[] {
  return [...shares(observation), onlyAgeingFails(observation)];
}

function shares(observation: Observation): Expectation[] {
  const { path } = observation;
  const { pick } = balancerOf(path);
  const { kind, localitiesByWeight = false } = pick;
  if (hasOnePodPerConnection(path)) return [onePodPerClient(observation)];
  if (pick.kind === "peak ewma") return noMoreThanDrawn(observation, pick.choices);
  if (kind !== "rotation") return [randomPicks(observation)];
  if (localitiesByWeight) return [...randomZones(observation), roundRobinInsideZones(observation)];
  return [roundRobin(observation)];
}

function onePodPerClient(observation: Observation): Expectation {
  const what = "all calls of a client go to the pod of its connection";
  return onePodPerConnection("one-pod-per-client", what, observation.records, observation);
}

function roundRobin(observation: Observation): Expectation {
  const calls = podCalls(observation);
  const range = roundRobinRange(total(calls), calls.length, rotations(observation));
  return evenShare("every pod answers the same number of calls", calls, range);
}

/** Least request is the better of several random picks, so that a random pick is its worst case. */
function randomPicks(observation: Observation): Expectation {
  const calls = podCalls(observation);
  const range = randomPickRange(total(calls), 1 / calls.length);
  return evenShare("every pod answers its share, within 5 standard deviations of a random pick", calls, range);
}

/** Who is a little quicker wins each time that it is drawn, and who was slow once may lose for long: peak EWMA has no even share to keep. */
function noMoreThanDrawn(observation: Observation, choices: number): Expectation[] {
  const calls = podCalls(observation);
  if (calls.length <= choices) return [];
  const most = mostDrawn(total(calls), choices, calls.length);
  return [
    {
      id: "no-more-than-drawn",
      what: `no pod answers more calls than it is drawn for, among ${choices} of ${calls.length}, within 5 standard deviations`,
      bound: `<= ${quantity(most, "call")} each`,
      measured: `${spread(calls)} calls each`,
      ok: total(calls) > 0 && calls.every((count) => count <= most),
    },
  ];
}

function evenShare(what: string, calls: readonly number[], range: Range): Expectation {
  return {
    id: "even-share",
    what,
    bound: `${range.min} to ${range.max} calls each`,
    measured: `${spread(calls)} calls each`,
    ok: total(calls) > 0 && calls.every((count) => within(count, range)),
  };
}

/** Localities are drawn by their weights, which is how many pods they have. */
function randomZones(observation: Observation): Expectation[] {
  const answered = total(podCalls(observation));
  const zones = callsByZone(observation).map(({ zone, calls }) => ({
    zone,
    answered: total(calls),
    range: randomPickRange(answered, calls.length / observation.pods.length),
  }));
  if (zones.length < 2) return [];
  return [
    {
      id: "share-of-zones",
      what: "every zone answers its pods' share, within 5 standard deviations of a random pick",
      bound: `${zones.map(({ zone, range }) => `${zone} ${range.min} to ${range.max}`).join(", ")} calls`,
      measured: `${zones.map((zone) => `${zone.zone} ${zone.answered}`).join(", ")} calls`,
      ok: answered > 0 && zones.every((zone) => within(zone.answered, zone.range)),
    },
  ];
}

function roundRobinInsideZones(observation: Observation): Expectation {
  const zones = callsByZone(observation).map(({ zone, calls }) => ({
    zone,
    calls,
    range: roundRobinRange(total(calls), calls.length, rotations(observation)),
  }));
  return {
    id: "even-share-in-zone",
    what: "inside a zone every pod answers the same number of calls",
    bound: `${zones.map(({ zone, range }) => `${zone} ${range.min} to ${range.max}`).join(", ")} calls each`,
    measured: `${zones.map(({ zone, calls }) => `${zone} ${spread(calls)}`).join(", ")} calls each`,
    ok:
      total(podCalls(observation)) > 0 &&
      zones.every(({ calls, range }) => calls.every((count) => within(count, range))),
  };
}

function total(calls: readonly number[]): number {
  return calls.reduce((sum, count) => sum + count, 0);
}
