import { type CallRecord, type Expectation, mostInFlightOnAPod } from "@grpc-lb-lab/measure";
import { isRetried, lastL7Hop } from "@grpc-lb-lab/modes";
import { failAtMost } from "./expectation.ts";
import type { Observation } from "./observation.ts";
import { quantity } from "./quantity.ts";

/** Connections to the applications at one time, which the servers' ageing ends: who has one to each pod, each client or one proxy? */
function connections({ path, knobs, pods, records }: Observation): number {
  const { at, pick, connection } = lastL7Hop(path);
  if (at === "pod") return pods.length; // The pod's own proxy has one to its application.
  // Each worker of a proxy has its own, also where all share the state of the picks (HAProxy's threads).
  const holders = pick.scope === "channel" ? knobs.clients : (pick.workers ?? 1);
  // One for each call, which is kept for the next to the same pod; the warm-up's calls come one by one.
  const each = connection.multiplexes ? 1 : Math.max(knobs.clients, mostInFlightOnAPod(records));
  return holders * each * (pick.kind === "first" ? 1 : pods.length);
}

/** Ageing varies by ± 10 %. Source: gRFC A9, "jitter". */
const SHORTEST_AGE = 0.9;

/** How often at most one connection and those that took its place were closed for their age during the load; 0 without ageing. */
function generations({ knobs, beganAtMs, endedAtMs }: Observation): number {
  return knobs.maxAgeMs === 0 ? 0 : Math.ceil((endedAtMs - beganAtMs) / (SHORTEST_AGE * knobs.maxAgeMs));
}

/** The most connections that servers can have closed for their age during the load; 0 without ageing. */
export function agedConnections(observation: Observation): number {
  return connections(observation) * generations(observation);
}

/**
 * Calls that ageing may cost: on each connection one that meets the GOAWAY ("Stream refused by server"), unless it is retried. gRPC sends it
 * once more by itself (gRFC A6, transparent retries), so that it fails only where that attempt meets a GOAWAY too.
 */
export function ageingCosts(observation: Observation): number {
  return isRetried(observation.path) ? 0 : agedConnections(observation);
}

/** The expectation that nothing fails while nothing happens but, where it is on, ageing. */
export function onlyAgeingFails(observation: Observation): Expectation {
  const most = ageingCosts(observation);
  if (most === 0) return failAtMost("no-failed-calls", "no call fails", observation.records, 0);
  const what = "at most one call fails for each connection that may have reached its maximum age";
  return failAtMost("failed-per-aged-connection", what, observation.records, most);
}

/** The expectation that each client of `records` is answered by one pod for each connection that it had: one, without ageing. */
export function onePodPerConnection(
  id: string,
  what: string,
  records: readonly CallRecord[],
  observation: Observation,
): Expectation {
  const most = 1 + generations(observation);
  const pods = [...Map.groupBy(records, ({ client }) => client).values()].map(answeringPods);
  return {
    id,
    what,
    bound: most === 1 ? "1 pod" : `1 to ${most} pods`,
    measured: pods.length === 0 ? "no calls" : podCounts(pods),
    ok: pods.length > 0 && pods.every((count) => count >= 1 && count <= most),
  };
}

function answeringPods(records: readonly CallRecord[]): number {
  return new Set(records.filter(({ code }) => code === 0).map(({ pod }) => pod)).size;
}

function podCounts(pods: readonly number[]): string {
  const least = Math.min(...pods);
  const most = Math.max(...pods);
  return least === most ? quantity(most, "pod") : `${least} to ${quantity(most, "pod")}`;
}
