import { ownMs, RANDOM_PICK_SIGMAS } from "@grpc-lb-lab/measure";
import { attemptsUntilAnswered, hasOnePodPerConnection, retriersOfStatuses } from "@grpc-lb-lab/modes";
import type { RetryLimit } from "@grpc-lb-lab/stage-api";
import { answeredCalls, failedCalls, type Observation } from "../observation.ts";
import type { SeenStorm } from "./seen.ts";

/** How far above what a part allows Envoy's budget may let retries come: some attempts take longer than others on a busy machine. */
const LONGER = 2;

/** The most attempts that reach pods of the calls of a storm, by what the path tries again; `part` of the picks fall on a pod that refuses. */
export function mostAttempts(observation: Observation, storm: SeenStorm, part: number): number {
  const { path, knobs } = observation;
  const { during } = storm;
  const retries = retriersOfStatuses(path);
  const attempts = attemptsUntilAnswered(path);
  const limited = retries.find(({ limit }) => limit !== undefined);
  if (limited?.limit !== undefined) {
    const others = attempts / limited.attempts;
    return Math.min(
      attempts * during.length,
      others * (during.length + mostRetries(limited.limit, observation, storm)),
    );
  }
  // A hedge is sent while the attempt before it is under way, so that a call may be answered twice.
  if (retries.some(({ hedged }) => hedged)) return attempts * during.length;
  if (!hasOnePodPerConnection(path)) {
    return Math.min(attempts * during.length, mostPicks(answeredCalls(during).length, 1 - part));
  }
  return knobs.maxAgeMs > 0 ? attempts * during.length : during.length + failedCalls(during).length * (attempts - 1);
}

/** The most picks of which `answered` are answered, each with a chance: until the deviation that is allowed does not explain so few any more. */
function mostPicks(answered: number, chance: number): number {
  let picks = Math.ceil(answered / chance);
  while (picks * chance - RANDOM_PICK_SIGMAS * Math.sqrt(picks * chance * (1 - chance)) < answered) picks += 1;
  return picks;
}

/** The most retries that a limit lets through. */
function mostRetries(limit: RetryLimit, { knobs }: Observation, { during }: SeenStorm): number {
  const calls = during.length;
  if (limit.by === "tokens") {
    // Each retry is of a failure, which took a token while more than half were there.
    return Math.ceil(knobs.clients * (limit.most / 2 + 1) + limit.perAnswer * answeredCalls(during).length);
  }
  // Of attempts that take equally long a part `p` is retries: p / (1 - p) of each call.
  const ofPart = (calls * limit.part) / (1 - limit.part);
  // Each of those that may always be made takes as long as the quickest call at least.
  const [first, last] = [during[0], during.at(-1)].map((call) => call?.startMs ?? 0) as [number, number];
  const quickestMs = during.reduce((least, call) => Math.min(least, ownMs(call)), Number.POSITIVE_INFINITY);
  const ofLeast = (limit.least * (last - first)) / Math.max(1, quickestMs);
  return Math.ceil(Math.max(LONGER * ofPart, ofLeast));
}
