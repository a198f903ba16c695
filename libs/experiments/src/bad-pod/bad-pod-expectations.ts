import { beganMs, type Expectation, endMs, mostByChance } from "@grpc-lb-lab/measure";
import { balancerOf, hasOnePodPerConnection, picksUntilAnswered } from "@grpc-lb-lab/modes";
import type { PickRule } from "@grpc-lb-lab/stage-api";
import { ageingCosts } from "../aged-connections.ts";
import { atLeast, failAtMost, withinMs } from "../expectation.ts";
import { failingPick } from "../failing-pick.ts";
import { failuresOfClients } from "../failures-of-clients.ts";
import { answeredCalls, failedCalls, type Observation } from "../observation.ts";
import { oddPodRange } from "../odd-pod-range.ts";
import { meanOwnMs, ownPercentileMs } from "../own-time.ts";
import { quantity } from "../quantity.ts";
import { type EjectionInForce, ejectionOf, type SeenFailure, seenFailure } from "./seen.ts";

/** What must come out of `bad-pod`. */
export function badPodExpectations(observation: Observation): Expectation[] {
  const seen = seenFailure(observation);
  const ageing = ageingCosts(observation);
  return [
    failAtMost("none-before", "no call fails before the pod does", seen.before, ageing),
    ...costs(observation, seen),
    failAtMost("none-after", "no call fails that starts when the pod is well again", seen.after, ageing),
    ...comesBack(observation, seen),
  ];
}

function costs(observation: Observation, seen: SeenFailure): Expectation[] {
  const { path } = observation;
  if (hasOnePodPerConnection(path)) return allOrNothing(observation, seen);
  if (picksUntilAnswered(path) > 1) return fewUnlucky(observation, seen);
  const ejection = ejectionOf(path);
  return ejection === undefined ? share(observation, seen) : ejected(ejection, observation, seen);
}

/** A client of the pod fails with each of its calls, tried again or not: there is no other pod on its connection. */
function allOrNothing({ knobs }: Observation, { before, failures, within, pod }: SeenFailure): Expectation[] {
  // With ageing a client may get another pod in the meantime.
  if (knobs.maxAgeMs > 0) return [shows(failures.length)];
  return failuresOfClients(pod === undefined ? [] : [pod], before, within);
}

function shows(failed: number): Expectation {
  return atLeast("bad-pod-shows", "calls fail while the pod does", failed, 1);
}

/** Each further pick may fall on the pod again. */
function fewUnlucky(observation: Observation, { meanwhile }: SeenFailure): Expectation[] {
  const picks = picksUntilAnswered(observation.path);
  const most = mostByChance(meanwhile.length, failingPick(observation) ** picks) + ageingCosts(observation);
  if (meanwhile.length > 0 && most >= meanwhile.length) return [];
  const what = `a retried call fails only when each of up to ${picks} picks falls on the pod`;
  return [failAtMost("few-unlucky-retries", what, meanwhile, most)];
}

/** Nobody leaves the pod out: it gets calls, and fails them. */
function share(observation: Observation, seen: SeenFailure): Expectation[] {
  const { meanwhile } = seen;
  const failed = failedCalls(meanwhile).length;
  const { min, max } = oddPodRange(meanwhile, timesOf(seen), observation);
  const most = max + ageingCosts(observation);
  if (meanwhile.length > 0 && min === 0 && most >= meanwhile.length) return [];
  return [
    {
      ...shareAs(balancerOf(observation.path).pick.kind, observation.pods.length),
      bound: min === 0 ? `<= ${quantity(most, "call")}` : `${min} to ${quantity(most, "call")}`,
      measured: `${failed} of ${quantity(meanwhile.length, "call")}`,
      ok: meanwhile.length > 0 && failed >= min && failed <= most,
    },
  ];
}

function shareAs(kind: PickRule["kind"], pods: number): Pick<Expectation, "id" | "what"> {
  switch (kind) {
    case "least request": {
      const how = "as many calls fail as when they are made again and go where the least is under way";
      return {
        id: "bad-pod-liked",
        what: `${how}: the pod has none, and gets more than 1/${pods} where others have some`,
      };
    }
    case "peak ewma":
      return { id: "bad-pod-drawn", what: "no more calls fail than those for which the pod is drawn" };
    default:
      return { id: "bad-pod-share", what: `about 1/${pods} of the calls fail, for nobody leaves the pod out` };
  }
}

function timesOf({ before, meanwhile }: SeenFailure) {
  const well = answeredCalls(before);
  const othersMostMs = ownPercentileMs(100, well) ?? 0;
  return { oddMs: meanOwnMs(failedCalls(meanwhile)), othersMs: meanOwnMs(well), othersMostMs, stretches: 1 };
}

/** Failures until the pod is left out, and none as long as it is. */
function ejected(
  ejection: EjectionInForce,
  observation: Observation,
  { failures, meanwhile }: SeenFailure,
): Expectation[] {
  const [first] = failures;
  const fromMs = first === undefined ? Number.POSITIVE_INFINITY : endMs(first) + ejection.noticedMs;
  const toMs = first === undefined ? 0 : beganMs(first) + ejection.ms;
  const leftOut = meanwhile.filter((record) => beganMs(record) >= fromMs && endMs(record) <= toMs);
  const what = `no call fails that begins more than ${Math.round(ejection.noticedMs)} ms after the first failure, while the pod is left out`;
  return [shows(failures.length), failAtMost("left-out", what, leftOut, ageingCosts(observation))];
}

/** A busy machine's timers, beside what an ejection takes. */
const MARGIN_MS = 1_000;

/** How long after it is well again the pod may have to wait at most for a call that it answers: it may have been left out at the last moment. */
export function backMs({ ms, noticedMs }: EjectionInForce): number {
  return ms + noticedMs + MARGIN_MS;
}

/** Nothing is expected where a client may have got another pod by then. */
function comesBack({ path, knobs }: Observation, { after, pod, wellAtMs }: SeenFailure): Expectation[] {
  if (hasOnePodPerConnection(path) && knobs.maxAgeMs > 0) return [];
  const answers = answeredCalls(after).filter((record) => record.pod === pod);
  const ejection = ejectionOf(path);
  if (ejection === undefined) {
    return [atLeast("answers-again", "the pod answers calls when it is well again", answers.length, 1)];
  }
  const firstMs = answers.reduce((least, { startMs }) => Math.min(least, startMs - wellAtMs), Number.POSITIVE_INFINITY);
  const what = "the pod answers again when its ejection is over";
  return [withinMs("back-after-ejection", what, Number.isFinite(firstMs) ? firstMs : null, backMs(ejection))];
}
