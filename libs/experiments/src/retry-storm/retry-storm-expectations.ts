import { type Expectation, mostByChance, randomPickRange } from "@grpc-lb-lab/measure";
import {
  attemptsUntilAnswered,
  hasOnePodPerConnection,
  picksUntilAnswered,
  retriersOfStatuses,
} from "@grpc-lb-lab/modes";
import { ageingCosts } from "../aged-connections.ts";
import { failAtMost } from "../expectation.ts";
import { failuresOfClients } from "../failures-of-clients.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { mostAttempts } from "./most-attempts.ts";
import { type SeenStorm, seenStorm } from "./seen.ts";

/** What must come out of `retry-storm`. */
export function retryStormExpectations(observation: Observation): Expectation[] {
  const storm = seenStorm(observation);
  return [
    failAtMost("none-before", "no call fails while all pods answer", storm.before, ageingCosts(observation)),
    ...failures(observation, storm),
    amplification(observation, storm),
  ];
}

/** The part of the pods that refuse, which is that of the picks: a refusal takes as long as an answer, so that no pod has less under way than another. */
function refusingPart({ pods }: Observation, { refusing }: SeenStorm): number {
  return refusing.length / Math.max(1, pods.length);
}

function failures(observation: Observation, storm: SeenStorm): Expectation[] {
  const { path, knobs } = observation;
  const { during, before, refusing } = storm;
  if (hasOnePodPerConnection(path)) return knobs.maxAgeMs > 0 ? [] : failuresOfClients(refusing, before, during);
  const part = refusingPart(observation, storm);
  const picks = isLimited(observation) ? 1 : picksUntilAnswered(path);
  if (picks > 1) {
    const most = mostByChance(during.length, part ** picks) + ageingCosts(observation);
    const what = `a retried call fails only when each of up to ${picks} picks falls on a pod that refuses`;
    return [failAtMost("few-unlucky-retries", what, during, most)];
  }
  const most = randomPickRange(during.length, part).max + ageingCosts(observation);
  return [failAtMost("no-more-than-picked", "no more calls fail than picks fall on pods that refuse", during, most)];
}

function isLimited({ path }: Observation): boolean {
  return retriersOfStatuses(path).some(({ limit }) => limit !== undefined);
}

/** What retries make of a load: how many attempts reach the pods. */
function amplification(observation: Observation, storm: SeenStorm): Expectation {
  const { attempts, during, crossing } = storm;
  const [least, most] = attemptsRange(observation, storm);
  const times = (count: number) => (count / Math.max(1, during.length)).toFixed(2);
  const mostOfAll = most + crossing * (attemptsUntilAnswered(observation.path) - 1);
  return {
    id: "amplification",
    what: amplifiedBy(observation),
    bound: `${least} to ${mostOfAll} of ${quantity(during.length, "call")} (${times(least)} to ${times(mostOfAll)} each)`,
    measured:
      attempts === null
        ? `not asked, of ${quantity(during.length, "call")}`
        : `${attempts} of ${quantity(during.length, "call")} (${times(attempts)} each)`,
    ok: attempts !== null && during.length > 0 && attempts >= least && attempts <= mostOfAll,
  };
}

function amplifiedBy(observation: Observation): string {
  const most = attemptsUntilAnswered(observation.path);
  if (most === 1) return "attempts reach the pods once for each call, for nobody tries again";
  if (isLimited(observation))
    return "attempts reach the pods more often, but no more than a limit of retries lets through";
  return `attempts reach the pods more often, for a call that is refused is tried up to ${most} times`;
}

function attemptsRange(observation: Observation, storm: SeenStorm): readonly [least: number, most: number] {
  const calls = storm.during.length;
  if (attemptsUntilAnswered(observation.path) === 1) return [calls, calls];
  const part = refusingPart(observation, storm);
  return [calls + leastRetries(observation, storm, part), mostAttempts(observation, storm, part)];
}

/** Whoever may try again does so when the first pick falls on a pod that refuses; on the one pod of a connection every attempt does. */
function leastRetries(observation: Observation, { during }: SeenStorm, part: number): number {
  const { path, knobs } = observation;
  if (isLimited(observation)) return 0;
  if (!hasOnePodPerConnection(path)) return randomPickRange(during.length, part).min;
  return knobs.maxAgeMs > 0 ? 0 : failedCalls(during).length * (attemptsUntilAnswered(path) - 1);
}
