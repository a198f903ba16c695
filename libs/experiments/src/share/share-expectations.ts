import { type Expectation, type Range, randomPickRange, roundRobinRange, within } from "@grpc-lb-lab/measure";
import type { ModeName } from "@grpc-lb-lab/stage";
import { agedConnections, onePodPerConnection, onlyAgeingFails } from "../aged-connections.ts";
import type { Observation } from "../observation.ts";
import { callsByZone, podCalls, spread } from "./pod-calls.ts";

/** What must come out of `share` under a mode, whatever policy the caller has forced on it. */
export function shareExpectations(observation: Observation): Expectation[] {
  return [...SHARES[observation.mode](observation), onlyAgeingFails(observation)];
}

const SHARES: Readonly<Record<ModeName, (observation: Observation) => Expectation[]>> = {
  plain: (observation) => [onePodPerClient(observation)],
  headless: (observation) => [roundRobin(observation, observation.knobs.clients)],
  watch: (observation) => [roundRobin(observation, observation.knobs.clients)],
  envoy: (observation) => [roundRobin(observation, ENVOY_WORKERS)],
  sidecar: (observation) => [randomPicks(observation)],
  proxyless: (observation) => [...randomZones(observation), roundRobinInsideZones(observation)],
};

/** The lab's Envoys run one worker thread each, so one rotation. */
const ENVOY_WORKERS = 1;

function onePodPerClient(observation: Observation): Expectation {
  const what = "each client's calls all go to the pod that its connection fell on";
  return onePodPerConnection("one-pod-per-client", what, observation.records, observation);
}

/** Every picker rotates by itself, and begins anew when a connection that aged leaves its rotation. */
function rotations(observation: Observation, pickers: number): number {
  return pickers + agedConnections(observation);
}

function roundRobin(observation: Observation, pickers: number): Expectation {
  const calls = podCalls(observation);
  const range = roundRobinRange(total(calls), calls.length, rotations(observation, pickers));
  return evenShare("every pod answers the same number of calls", calls, range);
}

/** Istio asks sidecars for least request: the better of two random picks, so that a random pick is its worst case. */
function randomPicks(observation: Observation): Expectation {
  const calls = podCalls(observation);
  const range = randomPickRange(total(calls), 1 / calls.length);
  return evenShare("every pod answers its part, within 5 standard deviations of a random pick", calls, range);
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

/** ROUND_ROBIN over several localities is a weighted random pick of the locality in gRPC (gRFC A42, xds_wrr_locality). */
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
      what: "every zone answers its pods' part, within 5 standard deviations of a random pick",
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
    range: roundRobinRange(total(calls), calls.length, rotations(observation, observation.knobs.clients)),
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
