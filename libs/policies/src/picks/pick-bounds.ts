import { callsPerPod, type Expectation, randomPickRange } from "@grpc-lb-lab/measure";
import { balancerOf, isPinned } from "@grpc-lb-lab/modes";
import type { PickRule } from "@grpc-lb-lab/stage-api";
import { type About, atLeast, between, drawn } from "../bounds.ts";
import type { Evidence } from "../policy.ts";
import { lead, repeats } from "./sequences.ts";
import { slowPod } from "./slow-pod.ts";

/** How a pick can be seen to be made; one pod alone, where the path picks for connections or not at all. */
export type SeenPick = PickRule["kind"];

/** What the picks of a path look like by themselves. */
export function pickOf({ path }: Pick<Evidence, "path">): SeenPick {
  return isPinned(path) ? "first" : balancerOf(path).pick.kind;
}

/** What must be seen of picks of one kind while one pod is slow. No two kinds can be seen at once, but that least request looks like peak EWMA. */
export function pickBounds(kind: SeenPick, seen: Evidence): Expectation[] {
  switch (kind) {
    case "first":
    case "hash": // Calls of a trial are alike, and so are their keys.
      return [podsThatAnswered(seen, 1)];
    case "rotation":
      return [podsThatAnswered(seen, seen.pods.length), takesTurns(seen), slowPodHasItsPart(seen)];
    case "random":
      return [podsThatAnswered(seen, seen.pods.length), ...drawsLots(seen), slowPodHasItsPart(seen)];
    case "least request":
      return [podsThatAnswered(seen, seen.pods.length), slowPodHasLess(seen)];
    case "peak ewma": // It may know from the warm-up who is slow, and not call it any more.
      return [slowPodHasLess(seen)];
  }
}

const REPEATS: About = { id: "repeats", what: "picks of the pod that was picked before" };
const LEAD: About = { id: "lead", what: "calls that one pod was ahead of another at most" };
const SLOW: About = { id: "slow-pod", what: "calls that the slow pod answered" };

function podsThatAnswered({ records }: Evidence, number: number): Expectation {
  return between({ id: "pods", what: "pods that answered" }, callsPerPod(records).size, number, number);
}

/** A pod whose connection ends and comes back begins a rotation anew, which may put each ahead by one. */
function takesTurns(seen: Evidence): Expectation {
  return between(LEAD, lead(seen), 0, seen.pods.length);
}

/** By lot pods do not stay so near to each other: four of two zones once in 10⁸ trials. */
function drawsLots(seen: Evidence): Expectation[] {
  const { count, of, byLot } = repeats(seen);
  return [drawn(REPEATS, count, of, byLot), atLeast(LEAD, lead(seen), seen.pods.length + 1)];
}

function slowPodHasItsPart(seen: Evidence): Expectation {
  return drawn(SLOW, ofSlowPod(seen), seen.records.length, 1 / seen.pods.length);
}

/** Less than chance would ever give it, and so less than its turn. */
function slowPodHasLess(seen: Evidence): Expectation {
  const { length } = seen.records;
  const leastByLot = randomPickRange(length, 1 / seen.pods.length).min;
  return between(SLOW, ofSlowPod(seen), 0, Math.max(0, leastByLot - 1), length);
}

function ofSlowPod({ records, pods }: Evidence): number {
  return callsPerPod(records).get(slowPod(pods).name) ?? 0;
}
