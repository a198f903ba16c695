import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs, type RunResult } from "@grpc-lb-lab/measure";
import { isPinned } from "@grpc-lb-lab/modes";
import {
  COUNTED_HEADER,
  countedCalls,
  type Deployment,
  type LoadRun,
  type LoadSpec,
  type LoadSummary,
  type Mode,
  type Path,
  type Stage,
  stepsUnderLoad,
} from "@grpc-lb-lab/stage-api";
import { assertRuns, cell, whySkipped } from "./cell.ts";
import type { Course, Experiment } from "./experiment.ts";
import type { Knobs } from "./knobs/knobs.ts";
import { knobsInForce, loadLoop } from "./knobs/knobs-in-force.ts";
import { pathInForce, type SettledRun } from "./knobs/settle-run.ts";
import type { AutoscalingSample, Observation, ObservedPhase, ObservedPod, Step } from "./observation.ts";
import { runResult, skippedRun } from "./run-result.ts";

/** One experiment under one mode on one stage. */
export interface RunRequest {
  /** Where it runs. */
  readonly stage: Stage;
  /** How calls are balanced. */
  readonly mode: Mode;
  /** What is asked. */
  readonly experiment: Experiment;
  /** Its knobs, as {@link settleRun} has settled them for this mode, experiment and stage. */
  readonly settled: SettledRun;
  /** Aborting it ends all that was started, and rejects. */
  readonly signal: AbortSignal;
  /** Told what goes on, in a few words. */
  readonly onProgress?: (what: string) => void;
  /** Told of a mistake of the lab's own in judging the run, for its trace to be shown; the run is then a failed one. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Starts the mode, runs the experiment, ends the mode, and judges what was seen. Rejects when it could not be carried out, with an
 * InputError when that is so of the experiment on any such stage.
 */
export async function runExperiment(request: RunRequest): Promise<RunResult> {
  const startedAtMs = monotonicMs();
  const { mode, experiment, stage, onDefect } = request;
  assertRuns(mode, experiment, stage, request.settled.start.app);
  const observation = await observe(request);
  if ("reason" in observation) return skippedRun(mode.name, experiment, stage.name, observation.reason);
  return runResult({
    mode,
    experiment,
    stage: stage.name,
    observation,
    durationMs: monotonicMs() - startedAtMs,
    onDefect,
  });
}

/** What was seen; or, where pods are deployed already and the experiment cannot be carried out with what they run, why not. */
async function observe(request: RunRequest): Promise<Observation | { readonly reason: string }> {
  const { stage, mode, experiment, settled, signal, onProgress } = request;
  const { knobs: asked, start } = settled;
  onProgress?.("starting");
  await using deployment = await stage.start(mode, { ...start, signal });
  const here = cell(mode, experiment, stage, deployment.app);
  if (!here.runs) return { reason: whySkipped(here) };
  const knobs = knobsInForce(asked, deployment.deployed);
  const path = pathInForce(mode, knobs, deployment.timings, stage.abilities);
  const firstPods = new Set(deployment.pods().map(({ name }) => name));
  onProgress?.("warming up");
  const loadStartedAtMs = monotonicMs();
  await using load = await deployment.runLoad(loadSpec(path, knobs, experiment));
  const log = new CourseLog();
  const pods = new PodWatch(deployment, firstPods);
  onProgress?.("measuring");
  const { course } = experiment;
  if (course !== undefined) {
    const work = { knobs, path, abilities: stage.abilities, deployment, load };
    await stepsUnderLoad(load, signal, (ofSteps) => course(log.course({ ...work, signal: ofSteps }, onProgress)));
  }
  const summary = await (course === undefined ? load.done : load.stop());
  return {
    ...observed(deployment, load, summary),
    ...log,
    path,
    beside: mode.beside,
    abilities: stage.abilities,
    knobs,
    mutualTls: start.mutualTls,
    loadStartedAtMs,
    pods: pods.all(load),
  };
}

function warmUpProblems({ warmedUp, warmUpCalls }: LoadSummary): string[] {
  return warmedUp ? [] : [`counting began although some pods had not answered in ${warmUpCalls} warm-up calls`];
}

function observed(deployment: Deployment, load: LoadRun, summary: LoadSummary) {
  return {
    timings: deployment.timings,
    app: deployment.app,
    simulated: deployment.simulated,
    problems: [...deployment.problems, ...warmUpProblems(summary)],
    beganAtMs: load.beganAtMs,
    endedAtMs: monotonicMs(),
    records: load.records.toSorted((a, b) => a.startMs - b.startMs),
    messages: load.messages,
    podEvents: [...deployment.events],
    ...summary,
  };
}

/** Counting starts once every pod has answered; where connections are balanced once one has, for a client never sees the others. */
function loadSpec(path: Path, knobs: Knobs, { load }: Experiment): LoadSpec {
  return {
    ...loadLoop(knobs),
    arrivals: load.arrivals,
    kinds: kindsOf(load),
    ...(knobs.calls === undefined ? {} : { calls: knobs.calls }),
    ...(knobs.durationMs === undefined ? {} : { durationMs: knobs.durationMs }),
    clients: knobs.clients,
    warmUp: {
      distinctPods: isPinned(path) ? 1 : knobs.pods,
      calls: 5 * knobs.pods,
      maxMs: WARM_UP_MS + WARM_UP_ROUNDS * knobs.pods * knobs.workMs,
    },
  };
}

/** Undefined: all calls are alike, and nothing is particular to them. */
function kindsOf(load: Experiment["load"]): LoadSpec["kinds"] {
  if (load.kind === "streams") return load.streams;
  return load.isCounted === true ? [{ metadata: { [COUNTED_HEADER]: "0" } }] : undefined;
}

/** Enough for connections and first calls on a busy machine … */
const WARM_UP_MS = 5_000;
/** … and for calls that take long: random picks need more than one round to meet every pod. */
const WARM_UP_ROUNDS = 4;

type OfLog = "note" | "pause" | "keepUsage" | "keepAutoscaling" | "endAndCount" | "phase";

/** What the experiment does, with its times. */
class CourseLog {
  readonly steps: Step[] = [];
  readonly phases: ObservedPhase[] = [];
  usage: Observation["usage"];
  received: Observation["received"];
  autoscaling: AutoscalingSample[] | undefined;

  course(work: Omit<Course, OfLog>, onProgress: RunRequest["onProgress"]): Course {
    return {
      ...work,
      note: (kind, about = {}) => {
        this.steps.push({ atMs: monotonicMs(), kind, ...about });
        onProgress?.([kind, about.detail ?? about.pod].filter(Boolean).join(" "));
      },
      pause: (ms) => delay(ms, undefined, { signal: work.signal }),
      keepUsage: (before, after) => {
        this.usage = { before, after };
      },
      keepAutoscaling: (sample) => {
        this.autoscaling ??= [];
        this.autoscaling.push(sample);
      },
      endAndCount: async () => {
        await work.load.stop();
        const received = await work.deployment.received();
        this.received = new Map(Array.from(received, ([pod, calls]) => [pod, countedCalls(calls)]));
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
