import { type CallRecord, longestGapMs } from "@grpc-lb-lab/measure";
import type { ModeName, Stage } from "@grpc-lb-lab/stage";
import { dnsWindowMs } from "../discovery-window.ts";
import type { Course, Experiment } from "../experiment.ts";
import { type KnobOverrides, resolveKnobs } from "../knobs.ts";
import { callsOfPhase, failedCalls, type Observation, type ObservedPhase } from "../observation.ts";
import { duration, partOfCalls } from "../quantity.ts";
import { waitAtMost } from "../wait-at-most.ts";
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
  knobs: (mode, overrides, stage) => ({
    rate: 200,
    workMs: 20,
    ...safety(overrides),
    ...modeKnobs(mode, overrides, stage),
  }),
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

/** How a stage's DNS and its rollouts compare. */
interface Pace {
  /** The resolution interval under `headless`: longer than a quick rollout takes, so much for each pod … */
  readonly intervalMsPerPod: number;
  /** … and so much at least. */
  readonly leastIntervalMs: number;
  /** How long a pod drains under `envoy`: until Envoy has heard that it goes, so longer than lag, TTL and refresh together. */
  readonly envoyDrainMs: number;
}

const PACES: Readonly<Record<Stage["name"], Pace>> = {
  // In proportion to a cluster: a pod takes 1 to 2 s.
  local: { intervalMsPerPod: 2_000, leastIntervalMs: 8_000, envoyDrainMs: 3_500 },
  // A container takes 1 to 2 s to start, up to 1 s to end, and 1.5 s to drain.
  containers: { intervalMsPerPod: 5_000, leastIntervalMs: 20_000, envoyDrainMs: 3_500 },
  // Interval and TTL are 30 s each by default. A quick rollout of 4 takes 12 to 25 s; the client is older by its warm-up. The overlay drains as long.
  kubernetes: { intervalMsPerPod: 9_000, leastIntervalMs: 30_000, envoyDrainMs: 40_000 },
};

/**
 * Where the TTL can be set, the cache outlives the interval, so that the client's second question gets the answer of before: were both
 * equally long, chance would decide. In a cluster chance does decide, for other clients fill the cache too.
 */
const TTL_PER_INTERVAL = 1.25;

function modeKnobs(mode: ModeName, overrides: KnobOverrides, stage: Stage["name"]): KnobOverrides {
  const { intervalMsPerPod, leastIntervalMs, envoyDrainMs } = PACES[stage];
  if (mode === "envoy") return { drainDelayMs: envoyDrainMs };
  if (mode !== "headless") return {};
  const { pods } = resolveKnobs({}, overrides);
  const dnsMinIntervalMs = Math.max(leastIntervalMs, pods * intervalMsPerPod);
  return { dnsMinIntervalMs, timings: { dnsTtlMs: TTL_PER_INTERVAL * dnsMinIntervalMs } };
}

async function quickThenSlow(course: Course): Promise<void> {
  const { deployment, knobs, signal, load } = course;
  const windowMs = dnsWindowMs({ ...course, timings: deployment.timings });
  await course.phase("quick", async () => {
    course.note("restart", { detail: "quick" });
    await deployment.restart();
    const fresh = deployment.pods().map(({ name }) => name);
    const fromFresh = ({ code, pod }: CallRecord) => code === 0 && pod !== undefined && fresh.includes(pod);
    await waitAtMost(windowMs + AFTER_MS, signal, (until) =>
      load.waitFor((records) => records.slice(-RECENT).every(fromFresh), until),
    );
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
