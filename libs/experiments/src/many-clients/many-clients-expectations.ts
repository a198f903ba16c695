import { type Expectation, randomPickRange, roundRobinRange } from "@grpc-lb-lab/measure";
import { balancerOf, hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { agedConnections, onePodPerConnection, onlyAgeingFails } from "../aged-connections.ts";
import { mostDrawn } from "../most-drawn.ts";
import type { Observation } from "../observation.ts";
import { rotations } from "../rotations.ts";
import { type EvennessOfClients, evennessOfFirst } from "./evenness-by-clients.ts";

/** What must come out of `many-clients`: how even one client is, and how even all are. */
export function manyClientsExpectations(observation: Observation): Expectation[] {
  const { knobs, path, records } = observation;
  const pinned = hasOnePodPerConnection(path);
  const what = "all calls of a client go to the pod of its connection";
  return [
    ...(pinned ? [onePodPerConnection("one-pod-per-client", what, records, observation)] : ofOne(observation)),
    ...(knobs.clients > 1 ? ofAll(observation) : []),
    onlyAgeingFails(observation),
  ];
}

/**
 * A balancer of calls spreads those of one client; of a rotation that all clients share, whose turn is whose is left to how their calls come, and nothing is
 * expected of one.
 */
function ofOne(observation: Observation): Expectation[] {
  const { kind, scope, localitiesByWeight } = balancerOf(observation.path).pick;
  if (kind === "rotation" && scope !== "channel" && localitiesByWeight !== true) return [];
  const one = evennessOfFirst(1, observation);
  const mostOfOne = most(one.calls, 1 + agedConnections(observation), observation);
  return isEven("one-is-even", "the calls of one client are spread over the pods", one, mostOfOne, observation);
}

function ofAll(observation: Observation): Expectation[] {
  const all = evennessOfFirst(observation.knobs.clients, observation);
  const what = `the calls of ${observation.knobs.clients} clients are spread over the pods`;
  return isEven("all-are-even", what, all, mostOfAll(all.calls, observation), observation);
}

/** Connections fall on pods by lot where they are balanced. */
function mostOfAll(calls: number, observation: Observation): number {
  const { knobs, path, pods } = observation;
  if (!hasOnePodPerConnection(path)) return most(calls, rotations(observation), observation);
  return (randomPickRange(knobs.clients, 1 / pods.length).max * calls) / knobs.clients;
}

/** The most calls that one pod may answer, by the balancer's way of picking, which goes round so many times by itself where it rotates. */
function most(calls: number, rotating: number, observation: Observation): number {
  const { path, pods } = observation;
  const { pick } = balancerOf(path);
  if (pick.kind === "peak ewma") return mostDrawn(calls, pick.choices, pods.length);
  if (pick.kind !== "rotation" || pick.localitiesByWeight === true) return randomMost(calls, observation);
  return roundRobinRange(calls, pods.length, rotating).max;
}

function randomMost(calls: number, { pods }: Observation): number {
  return randomPickRange(calls, 1 / pods.length).max;
}

/** Where one pod has the most that it may have and others have as much, as far as calls are left, no evenness is less: Jain's index is calls / (pods x most). */
function isEven(
  id: string,
  what: string,
  { evenness, calls }: EvennessOfClients,
  mostOfOnePod: number,
  { pods }: Observation,
): Expectation[] {
  const least = calls === 0 ? 1 : Math.floor((100 * calls) / (pods.length * mostOfOnePod)) / 100;
  // As even as one pod of all is nothing to expect.
  if (least <= 1 / pods.length) return [];
  return [
    {
      id,
      what: `${what}: no pod answers more than its way of picking gives it, within 5 standard deviations`,
      bound: `evenness >= ${least.toFixed(2)} over ${calls} calls`,
      measured: `evenness ${evenness.toFixed(2)} over ${calls} calls`,
      ok: calls > 0 && evenness >= least,
    },
  ];
}
