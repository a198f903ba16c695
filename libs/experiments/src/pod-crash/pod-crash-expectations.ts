import { type Expectation, endMs, mostByChance, randomPickRange } from "@grpc-lb-lab/measure";
import { balancerOf, clientOf, isPinned, isRetried, repeatsCallsUnderWay } from "@grpc-lb-lab/modes";
import { ageingCosts, onePodPerConnection } from "../aged-connections.ts";
import { atLeast, failAtMost } from "../expectation.ts";
import { failingPick } from "../failing-pick.ts";
import { failedCalls, type Observation, timingMs } from "../observation.ts";
import { quantity } from "../quantity.ts";
import { callsBefore, crashOf, heldCalls, mostInFlight } from "./crash.ts";
import { crashWindowMs, settledMs } from "./crash-window.ts";

/** What must come out of `pod-crash`. Retries hide the crash where there is another connection to retry on. */
export function podCrashExpectations(observation: Observation): Expectation[] {
  return [
    noneBefore(observation),
    podEnds(observation),
    ...deadPodIsSilent(observation),
    othersAnswer(observation),
    ...costs(observation),
  ];
}

function costs(observation: Observation): Expectation[] {
  if (isPinned(observation.path)) return pinnedCosts(observation);
  const { notice, retry } = balancerOf(observation.path);
  const losesHeldCallsAlone = notice.crash.by === "disconnect" || retry.unconnected === "next host";
  return losesHeldCallsAlone ? disconnectedCosts(observation) : pickedCosts(observation);
}

function noneBefore(observation: Observation): Expectation {
  const what = "no call fails before the crash";
  return failAtMost("none-before", what, callsBefore(observation), ageingCosts(observation));
}

/** A crash that does not end its pod would cost nothing under any mode. */
function podEnds(observation: Observation): Expectation {
  const ended = crashOf(observation).endedAtMs === undefined ? 0 : 1;
  return {
    id: "pod-ends",
    what: "the crashed pod ends",
    bound: "1 pod",
    measured: quantity(ended, "pod"),
    ok: ended === 1,
  };
}

/**
 * Nothing is expected of a pod that may be back at once: a client that has its address need not wait until the stage has seen it ready.
 */
function deadPodIsSilent(observation: Observation): Expectation[] {
  const awayMs = timingMs(observation, "restartAfterMs");
  if (awayMs < settledMs(observation)) return [];
  const { pod, endedAtMs = Number.POSITIVE_INFINITY, backAtMs } = crashOf(observation);
  const down = observation.records.filter(({ startMs }) => startMs > endedAtMs && startMs < backAtMs);
  const late = down.filter((record) => record.code === 0 && record.pod === pod).length;
  return [
    {
      id: "dead-pod-is-silent",
      what: "the crashed pod answers no call that starts while it is down",
      bound: "0 calls",
      measured: `${late} of ${quantity(down.length, "call")}`,
      ok: down.length > 0 && late === 0,
    },
  ];
}

/** The crashed pod counts among the others once it is back. */
function othersAnswer(observation: Observation): Expectation {
  const { pod, fromMs, backAtMs } = crashOf(observation);
  const windowMs = settledMs(observation);
  const later = observation.records.filter((record) => record.code === 0 && record.startMs > fromMs + windowMs);
  const answered = later.filter((record) => record.pod !== pod || record.startMs > backAtMs).length;
  const what = `pods that are up answer calls that start more than ${Math.round(windowMs)} ms after the crash`;
  return atLeast("others-answer", what, answered, 1);
}

/** The one connection breaks; the next may fall on the dead endpoint again until that is withdrawn. */
function pinnedCosts(observation: Observation): Expectation[] {
  return [
    ...(isRetried(observation.path) ? [] : inFlightFail(observation)),
    noneAfter(observation),
    onePodAfter(observation),
  ];
}

/** Nothing is expected when no call happened to be in flight, as at a low rate. */
function inFlightFail(observation: Observation): Expectation[] {
  const held = heldCalls(observation);
  if (held.length === 0) return [];
  const what = `calls in flight on the crashed pod fail (there were ${held.length})`;
  return [atLeast("in-flight-fail", what, failedCalls(held).length, 1)];
}

function onePodAfter(observation: Observation): Expectation {
  const recoveredAtMs = failedCalls(observation.records).reduce(
    (latest, call) => Math.max(latest, endMs(call)),
    crashOf(observation).endedAtMs ?? 0,
  );
  const after = observation.records.filter(({ startMs }) => startMs > recoveredAtMs);
  const what = "exactly one pod answers each client after the last failed call";
  return onePodPerConnection("one-pod-after", what, after, observation);
}

/** The balancer knows by itself that the connection is gone, or finds that there is none, and picks another: only what was under way is lost. */
function disconnectedCosts(observation: Observation): Expectation[] {
  if (isRetried(observation.path)) return retriedCosts(observation, 0);
  const what = "no more calls fail than a pod had in flight, plus one per client that was just being sent";
  const most = mostInFlight(observation) + ageingCosts(observation);
  return [failAtMost("only-in-flight-fail", what, observation.records, most), noneAfter(observation)];
}

/**
 * A proxy keeps picking the dead endpoint until it is withdrawn. So does one beside the client that nobody asks for retries, though its peer's
 * death costs a client only what is in flight: in a pod whose application has crashed the pod's own proxy lives on, and answers 503.
 */
function pickedCosts(observation: Observation): Expectation[] {
  const { retry } = balancerOf(observation.path);
  if (retry.attempts > 1 && retry.of === "unsent") return unsentRetriedCosts(observation);
  if (retry.attempts > 1) return retriedCosts(observation, unluckyCalls(observation));
  const noneLater = Number.isFinite(crashWindowMs(observation)) ? [noneAfter(observation)] : [];
  return [...deadEndpointShows(observation), shareOfDeadEndpoint(observation), ...noneLater];
}

function deadEndpointShows(observation: Observation): Expectation[] {
  const { records, pods, path, abilities } = observation;
  // Where the lag is an upper bound, the endpoint may be withdrawn at once.
  if (isRetried(path) || !abilities.lagIsExact) return [];
  const { atMs, backAtMs } = crashOf(observation);
  const { by, soonestMs = 0 } = balancerOf(path).notice.crash;
  const withdrawnMs = Math.min(timingMs(observation, "endpointLagMs"), crashWindowMs(observation));
  const lagMs = by === "active check" ? Math.min(withdrawnMs, soonestMs) : withdrawnMs;
  const untilMs = Math.min(atMs + lagMs, backAtMs);
  const started = records.filter(({ startMs }) => startMs >= atMs && startMs <= untilMs).length;
  const least = randomPickRange(started, 1 / pods.length).min;
  // Too few calls to tell by, or no lag: the containers stage's DNS drops a container as it ends.
  if (least === 0) return [];
  const what = `about 1/${pods.length} of the calls fail until the dead endpoint may be left out, ${lagMs} ms after the crash`;
  return [atLeast("dead-endpoint-shows", what, failedCalls(records).length, least)];
}

/** Each attempt of the client is a pick of its own, and all must fall on the dead endpoint for the call to fail. */
function shareOfDeadEndpoint(observation: Observation): Expectation {
  const { records } = observation;
  const windowMs = crashWindowMs(observation);
  const { attempts } = clientOf(observation.path).retry;
  const picked = randomPickRange(startedInWindow(observation), failingPick(observation) ** attempts).max;
  const most = picked + (attempts === 1 ? mostInFlight(observation) : 0) + ageingCosts(observation);
  const howLong = Number.isFinite(windowMs) ? `within ${Math.round(windowMs)} ms` : "since the crash";
  const what = `no more calls fail than were in flight on the dead endpoint or picked it ${howLong}`;
  return failAtMost("share-of-dead-endpoint", what, records, most);
}

/** The calls that start while a pick can fall on the dead endpoint. */
function startedInWindow(observation: Observation): number {
  const { atMs, fromMs } = crashOf(observation);
  const untilMs = fromMs + crashWindowMs(observation);
  return observation.records.filter(({ startMs }) => startMs >= atMs && startMs <= untilMs).length;
}

/** What was being answered just when the pod ended cannot be retried. A proxy that has passed a response's headers on resets the call. */
function retriedCosts(observation: Observation, unlucky: number): Expectation[] {
  const { records, path } = observation;
  const retriable = records.filter(({ cutShort }) => cutShort !== true);
  const cut = records.filter((record) => record.cutShort === true || record.code === 0);
  const underWay = repeatsCallsUnderWay(path) ? 0 : mostInFlight(observation);
  const most = unlucky + underWay;
  const orUnderWay = underWay === 0 ? "" : ", or when it was under way on the pod, for nobody repeats that";
  const inFlight = "no more responses are cut short than calls were in flight on the pod";
  return [
    most === 0
      ? failAtMost("no-failed-calls", "retries hide the crash from calls whose response had not begun", retriable, 0)
      : failAtMost(
          "few-unlucky-retries",
          `a retried call fails only when each of its attempts picks the dead endpoint${orUnderWay}`,
          retriable,
          most,
        ),
    failAtMost("few-cut-short", inFlight, cut, mostInFlight(observation)),
  ];
}

/** A call that the pod had been sent is lost with it; one that finds no connection to it goes to another. */
function unsentRetriedCosts(observation: Observation): Expectation[] {
  const what = "no more calls fail than were in flight on the pod, or met it with each of their attempts";
  const most = mostInFlight(observation) + unluckyCalls(observation) + ageingCosts(observation);
  return [failAtMost("only-in-flight-fail", what, observation.records, most), noneAfter(observation)];
}

/** The most calls of which every attempt may fall on the dead endpoint. */
function unluckyCalls(observation: Observation): number {
  const { attempts, draws: drawsOfARetry } = balancerOf(observation.path).retry;
  const draws = 1 + drawsOfARetry * (attempts - 1);
  return mostByChance(startedInWindow(observation), failingPick(observation) ** draws);
}

function noneAfter(observation: Observation): Expectation {
  const windowMs = crashWindowMs(observation);
  const endOfWindowMs = crashOf(observation).fromMs + windowMs;
  const after = observation.records.filter(({ startMs }) => startMs > endOfWindowMs);
  const what = `no call that starts more than ${Math.round(windowMs)} ms after the crash fails`;
  return failAtMost("none-after", what, after, ageingCosts(observation));
}
