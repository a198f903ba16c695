import { type CallRecord, inARow, longestGapMs } from "@grpc-lb-lab/measure";
import { agesDns, balancerOf } from "@grpc-lb-lab/modes";
import { waitAtMost } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment, KnobBasis, LengthBasis } from "../experiment.ts";
import { failedByPhase } from "../figures.ts";
import { type KnobOverrides, resolveKnobs } from "../knobs/knobs.ts";
import { callsOfPhase, failedCalls, type Observation, type ObservedPhase } from "../observation.ts";
import { duration, partOfCalls } from "../quantity.ts";
import { rolloutExpectations } from "./rollout-expectations.ts";
import { tooSlowForDns } from "./too-slow-for-dns.ts";

const BEFORE_MS = 300;
const AFTER_MS = 1_000;
/** What the client's retries make of a call: up to this many attempts. Dropped where the control plane's retries stand in for them. */
const RETRY_ATTEMPTS = "4";

/** `rollout`: which calls fail while every pod is replaced? */
export const rollout: Experiment = {
  name: "rollout",
  question: "Which calls fail while every pod is replaced, with drain and client retries?",
  alone: false,
  load: { kind: "unary", ratePerSecond: 200 },
  knobs: (basis) => ({ workMs: 20, ...safety(basis.asked), ...paceOfNews(basis) }),
  course: async (course) => {
    await course.pause(BEFORE_MS);
    if (agesDns(course.path)) return quickThenSlow(course);
    await course.phase("rollout", async () => {
      course.note("restart");
      await course.deployment.restart();
      await course.pause(AFTER_MS);
    });
  },
  roughSeconds: (basis) => (agesDns(basis.path) ? quickThenSlowMs(basis) : replacedMs(basis)) / 1_000,
  expectations: rolloutExpectations,
  figures: [{ id: "failed", heading: ["failed:", "rollout"], unit: "calls", rank: 50, read: failedByPhase }],
  summary,
};

/** Leaving the drain out leaves the retries out too, unless they are asked for: they would hide what it costs. */
function safety({ drain = true }: KnobOverrides): KnobOverrides {
  return drain ? { retry: RETRY_ATTEMPTS } : { retry: "off", proxyRetries: 0 };
}

/**
 * Where the TTL can be set, the cache outlives the interval, so that the client's second question gets the answer of before: were both
 * equally long, chance would decide. In a cluster chance does decide, for other clients fill the cache too.
 */
const TTL_PER_INTERVAL = 1.25;

/**
 * Clients that ask DNS late must be slower than a quick rollout, else nothing is seen of what that costs; a proxy that polls DNS, or one that takes pushes
 * late, must hear that a pod goes while the pod still serves.
 */
function paceOfNews({ path, asked, abilities }: KnobBasis): KnobOverrides {
  const { by, staleMs, newPod } = balancerOf(path).learn;
  const { pods, drainDelayMs } = resolveKnobs({}, asked);
  if (by === "polled DNS") return { drainDelayMs: abilities.dnsNewsMs };
  if (by === "pushed" && staleMs > 0) return { drainDelayMs: drainDelayMs + (newPod?.ms ?? 0) };
  if (by !== "aged DNS") return {};
  // Where nobody else fills the cache, the client's second question is answered as the first was, so that news takes two intervals.
  const isCachedForClient = !abilities.dnsIsShared && abilities.settableTimings.includes("dnsTtlMs");
  const quickestMs = (pods * abilities.replacementMs) / (isCachedForClient ? 2 : 1);
  const dnsMinIntervalMs = Math.max(abilities.outpacedDnsIntervalMs, quickestMs);
  return { dnsMinIntervalMs, timings: { dnsTtlMs: TTL_PER_INTERVAL * dnsMinIntervalMs } };
}

async function quickThenSlow(course: Course): Promise<void> {
  const { deployment, knobs, signal, load } = course;
  const windowMs = balancerOf(course.path).learn.staleMs;
  await course.phase("quick", async () => {
    course.note("restart", { detail: "quick" });
    // One by one they could take longer than DNS, and nothing would be seen of what a rollout costs that is quicker.
    await deployment.restart({ atOnce: true });
    const fresh = deployment.pods().map(({ name }) => name);
    const fromFresh = ({ code, pod }: CallRecord) => code === 0 && pod !== undefined && fresh.includes(pod);
    await waitAtMost(windowMs + AFTER_MS, signal, (until) => load.waitFor(inARow(RECENT, fromFresh), until));
    await course.pause(AFTER_MS);
  });
  await course.phase("slow", async () => {
    const minReadyMs = slowStepMs(windowMs, knobs.pods, deployment.timings.endpointLagMs?.value ?? 0);
    course.note("restart", { detail: `slow: ${minReadyMs} ms between two pods` });
    await deployment.restart({ minReadyMs });
    await course.pause(AFTER_MS);
  });
}

/** How long a rollout takes, roughly, whose pods are replaced one by one. */
function replacedMs({ knobs: { pods, drain, drainDelayMs }, abilities }: LengthBasis): number {
  return BEFORE_MS + pods * (abilities.replacementMs + (drain ? drainDelayMs : 0)) + AFTER_MS;
}

/** The same where a slow one follows one that is quicker than DNS. */
function quickThenSlowMs(basis: LengthBasis): number {
  const { path, knobs, timings } = basis;
  const windowMs = balancerOf(path).learn.staleMs;
  const slowMs = (knobs.pods - 1) * slowStepMs(windowMs, knobs.pods, timings.endpointLagMs?.value ?? 0);
  return windowMs + slowMs + replacedMs(basis);
}

/** So many calls in a row from new pods alone: the client has caught up. */
const RECENT = 100;

/**
 * The step at which the whole rollout, from the first pod's end to the last's, takes longer than DNS needs to catch up: in whole seconds, as
 * a Deployment has its `minReadySeconds`.
 */
function slowStepMs(windowMs: number, pods: number, lagMs: number): number {
  return 1_000 * Math.ceil((windowMs + lagMs) / Math.max(1, pods - 1) / 1_000);
}

function summary(observation: Observation): string {
  const { records, phases } = observation;
  const [quick, slow] = ["quick", "slow"].map((name) => phases.find((phase) => phase.name === name));
  if (quick === undefined || slow === undefined) {
    return `Replacing all pods cost ${failedOf(records)}.`;
  }
  const gapMs = longestGapMs(callsOfPhase(records, quick));
  const gap = gapMs === 0 ? "" : ` (${duration(gapMs)} without service, until DNS caught up)`;
  const cost = (phase: ObservedPhase) => failedOf(callsOfPhase(records, phase));
  return `${meantToBeQuick(observation)} cost ${cost(quick)}${gap}; a rollout slower than DNS cost ${cost(slow)}.`;
}

/** The subject of the sentence, with the reason where its cost could not be judged. */
function meantToBeQuick(observation: Observation): string {
  const tooSlow = tooSlowForDns(observation);
  if (tooSlow === undefined) return "A quick rollout";
  return `The quick rollout was too slow here to be faster than DNS (${tooSlow}); it`;
}

function failedOf(records: readonly CallRecord[]): string {
  return partOfCalls(failedCalls(records).length, records.length);
}
