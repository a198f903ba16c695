import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs, type RunResult } from "@grpc-lb-lab/measure";
import type { Deployment, LoadRun, LoadSpec, LoadSummary, ModeName, Stage } from "@grpc-lb-lab/stage";
import type { Course, Experiment } from "./experiment.ts";
import { experimentKnobs, type KnobOverrides, type Knobs, knobsInForce, loadLoop, startOptions } from "./knobs.ts";
import type { Observation, ObservedPhase, ObservedPod, Step } from "./observation.ts";
import { runResult } from "./run-result.ts";
import { assertPossible } from "./stage-abilities.ts";

/** One experiment under one mode on one stage. */
export interface RunRequest {
  /** Where it runs. */
  readonly stage: Stage;
  /** How calls are balanced. */
  readonly mode: ModeName;
  /** What is asked. */
  readonly experiment: Experiment;
  /** What the caller sets, taken where it has an effect and dropped elsewhere; the rest comes from the experiment. */
  readonly knobs: KnobOverrides;
  /** Aborting it ends all that was started, and rejects. */
  readonly signal: AbortSignal;
  /** Told what goes on, in a few words. */
  readonly onProgress?: (what: string) => void;
}

/**
 * Starts the mode, runs the experiment, ends the mode, and judges what was seen. Rejects when it could not be carried out, with an
 * InputError when that is so of the experiment on any such stage.
 */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const startedAtMs = monotonicMs();
  assertPossible(request.stage, request.experiment, request.mode);
  const knobs = experimentKnobs(request.mode, request.experiment, request.knobs, request.stage);
  const observation = await observe(request, knobs);
  return runResult(request.experiment, observation, monotonicMs() - startedAtMs);
}

async function observe(request: RunRequest, asked: Knobs): Promise<Observation> {
  const { stage, mode, experiment, signal, onProgress } = request;
  onProgress?.("starting");
  const mutualTls = experiment.mutualTls?.(mode);
  await using deployment = await stage.start(mode, { ...startOptions(mode, asked, signal), mutualTls });
  const knobs = knobsInForce(asked, deployment.deployed);
  const firstPods = new Set(deployment.pods().map(({ name }) => name));
  onProgress?.("warming up");
  const loadStartedAtMs = monotonicMs();
  await using load = await deployment.runLoad(loadSpec(mode, knobs));
  const log = new CourseLog();
  const pods = new PodWatch(deployment, firstPods);
  onProgress?.("measuring");
  if (experiment.course !== undefined) {
    const over = new AbortController();
    const course = log.course({ ...request, signal: AbortSignal.any([signal, over.signal]) }, knobs, deployment, load);
    try {
      await Promise.race([experiment.course(course), failsWith(load)]);
    } finally {
      over.abort(); // A course whose load ended badly must not go on waiting.
    }
  }
  const summary = await (experiment.course === undefined ? load.done : load.stop());
  return {
    ...observed(request, knobs, deployment, load, summary),
    ...log,
    mutualTls,
    loadStartedAtMs,
    pods: pods.all(load),
  };
}

function warmUpProblems({ warmedUp, warmUpCalls }: LoadSummary): string[] {
  return warmedUp ? [] : [`counting began although some pods had not answered in ${warmUpCalls} warm-up calls`];
}

/** Never resolves; rejects should the load end badly. */
function failsWith(load: LoadRun): Promise<never> {
  return new Promise((_, reject) => load.done.catch(reject));
}

function observed(
  { mode, stage }: RunRequest,
  knobs: Knobs,
  deployment: Deployment,
  load: LoadRun,
  summary: LoadSummary,
): Omit<Observation, "steps" | "phases" | "usage" | "mutualTls" | "pods" | "loadStartedAtMs"> {
  return {
    mode,
    stage: stage.name,
    knobs,
    timings: deployment.timings,
    simulated: deployment.simulated,
    problems: [...deployment.problems, ...warmUpProblems(summary)],
    beganAtMs: load.beganAtMs,
    endedAtMs: monotonicMs(),
    records: load.records.toSorted((a, b) => a.startMs - b.startMs),
    podEvents: [...deployment.events],
    ...summary,
  };
}

/** Counting starts once every pod has answered; under `plain` once one has, for a client never sees the others. */
function loadSpec(mode: ModeName, knobs: Knobs): LoadSpec {
  return {
    ...loadLoop(knobs),
    ...(knobs.calls === undefined ? {} : { calls: knobs.calls }),
    ...(knobs.durationMs === undefined ? {} : { durationMs: knobs.durationMs }),
    clients: knobs.clients,
    warmUp: {
      distinctPods: mode === "plain" ? 1 : knobs.pods,
      calls: 5 * knobs.pods,
      maxMs: WARM_UP_MS + WARM_UP_ROUNDS * knobs.pods * knobs.workMs,
    },
  };
}

/** Enough for connections and first calls on a busy machine … */
const WARM_UP_MS = 5_000;
/** … and for calls that take long: random picks need more than one round to meet every pod. */
const WARM_UP_ROUNDS = 4;

/** What the experiment does, with its times. */
class CourseLog {
  readonly steps: Step[] = [];
  readonly phases: ObservedPhase[] = [];
  usage: Observation["usage"];

  course({ mode, stage, signal, onProgress }: RunRequest, knobs: Knobs, deployment: Deployment, load: LoadRun): Course {
    return {
      mode,
      stage: stage.name,
      knobs,
      deployment,
      load,
      signal,
      note: (kind, about = {}) => {
        this.steps.push({ atMs: monotonicMs(), kind, ...about });
        onProgress?.([kind, about.detail ?? about.pod].filter(Boolean).join(" "));
      },
      pause: (ms) => delay(ms, undefined, { signal }),
      keepUsage: (before, after) => {
        this.usage = { before, after };
      },
      phase: async (name, steps) => {
        const fromMs = monotonicMs();
        await steps();
        this.phases.push({ name, fromMs, toMs: monotonicMs() });
      },
    };
  }
}

/** Remembers pods that have gone by the time the run ends. */
class PodWatch {
  readonly #deployment: Deployment;
  readonly #first: ReadonlySet<string>;
  readonly #pods: Map<string, ObservedPod>;

  constructor(deployment: Deployment, first: ReadonlySet<string>) {
    this.#deployment = deployment;
    this.#first = first;
    this.#pods = new Map(
      deployment.pods().map(({ name, zone, version }) => [name, this.#observed(name, zone, version)]),
    );
  }

  /** First pods, pods of now, and pods that came and went but answered. */
  all(load: LoadRun): ObservedPod[] {
    for (const { name, zone, version } of this.#deployment.pods())
      this.#pods.set(name, this.#observed(name, zone, version));
    for (const [name, { zone, version }] of load.seenPods) {
      if (!this.#pods.has(name)) this.#pods.set(name, this.#observed(name, zone, version));
    }
    return [...this.#pods.values()];
  }

  #observed(pod: string, zone: string, version: string): ObservedPod {
    return { pod, zone, version, first: this.#first.has(pod) };
  }
}
