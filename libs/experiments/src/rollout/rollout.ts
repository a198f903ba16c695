import { type CallRecord, longestGapMs } from "@grpc-lb-lab/measure";
import type { ModeName } from "@grpc-lb-lab/stage";
import { dnsWindowMs } from "../discovery-window.ts";
import type { Course, Experiment } from "../experiment.ts";
import { type KnobOverrides, resolveKnobs } from "../knobs.ts";
import { callsOfPhase, failedCalls, type Observation, type ObservedPhase } from "../observation.ts";
import { duration, partOfCalls } from "../quantity.ts";
import { rolloutExpectations } from "./rollout-expectations.ts";
import { tooSlowForDns } from "./too-slow-for-dns.ts";

const BEFORE_MS = 300;
const AFTER_MS = 1_000;
/** What the client's retries make of a call: up to this many attempts. Dropped under `proxyless`, where xDS's retries stand in for them. */
const RETRY_ATTEMPTS = "4";

/** `rollout`: which calls does replacing every pod cost? */
export const rollout: Experiment = {
  name: "rollout",
  question: "Which calls does replacing every pod cost, with drain and client retries?",
  alone: false,
  knobs: (mode, overrides) => ({ rate: 200, workMs: 20, ...safety(overrides), ...modeKnobs(mode, overrides) }),
  course: async (course) => {
    await course.pause(BEFORE_MS);
    if (course.mode === "headless") return quickThenSlow(course);
    await course.phase("rollout", async () => {
      course.note("restart");
      await course.deployment.restart();
      await course.pause(AFTER_MS);
    });
  },
  expectations: rolloutExpectations,
  summary,
};

/** Leaving the drain out leaves the retries out too, unless they are asked for: they would hide what it costs. */
function safety({ drain = true }: KnobOverrides): KnobOverrides {
  return drain ? { retry: RETRY_ATTEMPTS } : { retry: "off", proxyRetries: 0 };
}

/** In proportion to a cluster, where interval and TTL (30 s each) are longer than a quick rollout (12 to 25 s; here 1 to 2 s a pod). */
const HEADLESS_INTERVAL_MS_PER_POD = 2_000;
const LEAST_HEADLESS_INTERVAL_MS = 8_000;

/**
 * The cache outlives the interval, so that the client's second question gets the answer of before: were both equally long, chance would
 * decide. In a cluster chance does decide, for other clients fill the cache too.
 */
const TTL_PER_INTERVAL = 1.25;

function modeKnobs(mode: ModeName, overrides: KnobOverrides): KnobOverrides {
  // Longer than lag, TTL and refresh together: an endpoint must serve until Envoy has heard that it goes.
  if (mode === "envoy") return { drainDelayMs: 3_500 };
  if (mode !== "headless") return {};
  const { pods } = resolveKnobs({}, overrides);
  const dnsMinIntervalMs = Math.max(LEAST_HEADLESS_INTERVAL_MS, pods * HEADLESS_INTERVAL_MS_PER_POD);
  return { dnsMinIntervalMs, timings: { dnsTtlMs: TTL_PER_INTERVAL * dnsMinIntervalMs } };
}

async function quickThenSlow(course: Course): Promise<void> {
  const { deployment, knobs, signal, load } = course;
  const windowMs = dnsWindowMs({ ...course, timings: deployment.timings });
  await course.phase("quick", async () => {
    course.note("restart", { detail: "quick" });
    await deployment.restart();
    const fresh = deployment.pods().map(({ name }) => name);
    const answers = load.waitFor(
      (records) =>
        records.slice(-RECENT).every(({ code, pod }) => code === 0 && pod !== undefined && fresh.includes(pod)),
      AbortSignal.any([signal, AbortSignal.timeout(windowMs + AFTER_MS)]),
    );
    await answers.catch(() => signal.throwIfAborted());
    await course.pause(AFTER_MS);
  });
  await course.phase("slow", async () => {
    const minReadyMs = slowStepMs(windowMs, knobs.pods, deployment.timings.endpointLagMs?.value ?? 0);
    course.note("restart", { detail: `slow: ${minReadyMs} ms between two pods` });
    await deployment.restart({ minReadyMs });
    await course.pause(AFTER_MS);
  });
}

/** So many calls in a row from new pods alone: the client has caught up. */
const RECENT = 100;

/** The step at which the whole rollout, from the first pod's end to the last's, takes longer than DNS needs to catch up. */
function slowStepMs(windowMs: number, pods: number, lagMs: number): number {
  return Math.ceil((windowMs + lagMs) / Math.max(1, pods - 1));
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
  return `${meantToBeQuick(observation)} cost ${cost(quick)}${gap}, one slower than DNS ${cost(slow)}.`;
}

/** The subject of the sentence, with the reason where its cost could not be judged. */
function meantToBeQuick(observation: Observation): string {
  const tooSlow = tooSlowForDns(observation);
  if (tooSlow === undefined) return "A quick rollout";
  return `The quick rollout was too slow here to be quicker than DNS: ${tooSlow}; it`;
}

function failedOf(records: readonly CallRecord[]): string {
  return partOfCalls(failedCalls(records).length, records.length);
}
