import {
  type CallCounts,
  type CallRecord,
  callsPerPod,
  type ErrorCount,
  type Expectation,
  evenness,
  type Figure,
  type Knob,
  LatencyHistogram,
  type LoadSchedule,
  type Phase,
  type RunCost,
  type RunResult,
  ScheduleRecord,
  statusName,
  timeline,
} from "@grpc-lb-lab/measure";
import { isHedged } from "@grpc-lb-lab/modes";
import type { Mode, Path } from "@grpc-lb-lab/stage-api";
import { answeredPerSecond, containerCosts } from "./cost/container-costs.ts";
import type { Experiment, FigureDeclaration } from "./experiment.ts";
import type { Knobs } from "./knobs/knobs.ts";
import { lengthReason, reportedKnobs } from "./knobs/reported-knobs.ts";
import { pathInForce } from "./knobs/settle-run.ts";
import {
  callsOfPhase,
  exchanges,
  failedCalls,
  type Observation,
  type ObservedPhase,
  runEvents,
  timesToFirstCall,
} from "./observation.ts";
import { streamCounts } from "./stream-counts.ts";

const TIMELINE_BUCKETS = 60;

/** A run that was made. */
export interface FinishedRun {
  readonly mode: Mode;
  readonly experiment: Experiment;
  /** The name of the stage. */
  readonly stage: string;
  readonly observation: Observation;
  readonly durationMs: number;
  /** Told of a mistake of the lab's own in judging the run: what was measured is in the result all the same. */
  readonly onDefect: (error: unknown) => void;
}

/** The result of a run: figures, what happened, and the verdict. */
export function runResult(run: FinishedRun): RunResult {
  const measured = measuredRun(run);
  try {
    return { ...measured, figures: figuresOf(run.experiment, measured) };
  } catch (error) {
    run.onDefect(error);
    return { ...measured, status: "failed", expectations: [...measured.expectations, notJudged(error)], figures: [] };
  }
}

/** The verdict on a run, and what it shows in a sentence. */
function judged({ experiment, observation, onDefect }: FinishedRun): Pick<RunResult, "expectations" | "summary"> {
  try {
    return { expectations: experiment.expectations(observation), summary: experiment.summary(observation) };
  } catch (error) {
    onDefect(error);
    return { expectations: [notJudged(error)], summary: "Measured, but not judged: the lab itself failed." };
  }
}

/** Stands for the verdict that a mistake of the lab's own has prevented. */
function notJudged(error: unknown): Expectation {
  return {
    id: "judged",
    what: "the lab judges what it has measured",
    bound: "a verdict",
    measured: `a failure of the lab itself (${error})`,
    ok: false,
  };
}

/** What comparisons show of a run, also of one that an older lab has made. */
export function figuresOf({ figures }: Experiment, run: Omit<RunResult, "figures">): Figure[] {
  return figures.map((figure) => ({
    ...shown(figure),
    values: [...figure.read(run)],
    ...(figure.ofAnsweredCalls === true ? { overCalls: run.calls.ok } : {}),
  }));
}

function shown({ read: _, heading, ofAnsweredCalls: __, ...figure }: FigureDeclaration): Omit<Figure, "values"> {
  return { ...figure, heading: [...heading] };
}

function measuredRun(run: FinishedRun): Omit<RunResult, "figures"> {
  const { mode, experiment, stage, observation, durationMs } = run;
  const { records, beganAtMs, endedAtMs, pods, received, clock, simulated, problems } = observation;
  const { expectations, summary } = judged(run);
  const answers = exchanges(observation);
  const histogram = LatencyHistogram.of(answers);
  const calls = callsPerPod(
    records,
    pods.map(({ pod }) => pod),
  );
  return {
    mode: mode.name,
    experiment: experiment.name,
    stage,
    status: expectations.every(({ ok }) => ok) ? "passed" : "failed",
    durationMs: Math.round(durationMs),
    pods: pods.map(({ pod, zone, version }) => ({
      pod,
      zone,
      version,
      calls: calls.get(pod) ?? 0,
      ...(received === undefined ? {} : { received: received.get(pod) ?? 0 }),
    })),
    evenness: evenness([...calls.values()]),
    calls: callCounts(observation),
    schedule: loadSchedule(observation),
    latencyMs: histogram.summary(),
    histogram: histogram.encode(),
    errors: errorCounts(observation),
    timeToFirstCallMs: timesToFirstCall(observation),
    events: runEvents(observation),
    phases: observation.phases.map((phase) => phaseResult(phase, answers, observation)),
    timeline: timeline(
      records,
      beganAtMs,
      Math.max(50, Math.ceil((endedAtMs - beganAtMs) / TIMELINE_BUCKETS / 50) * 50),
    ),
    clock,
    knobs: [
      ...reportedKnobs(observation.knobs, (knobs) => pathWith(mode, knobs, observation)),
      ...appKnobs(observation),
      ...stageKnobs(observation),
    ],
    simulated: [...simulated],
    problems: [...problems],
    expectations: [...expectations],
    ...(experiment.curves === undefined ? {} : { curves: experiment.curves(observation) }),
    ...(observation.messages.length === 0 ? {} : { ofStreams: streamCounts(observation) }),
    ...(observation.usage === undefined ? {} : { cost: runCost(observation) }),
    summary,
  };
}

function phaseResult(
  phase: ObservedPhase,
  answers: ReturnType<typeof exchanges>,
  { records, beganAtMs }: Observation,
): Phase {
  const calls = callsOfPhase(records, phase);
  return {
    name: phase.name,
    fromMs: Math.round(phase.fromMs - beganAtMs),
    toMs: Math.round(phase.toMs - beganAtMs),
    failed: failedCalls(calls).length,
    answered: Object.fromEntries(callsPerPod(calls)),
    latencyMs: LatencyHistogram.of(callsOfPhase(answers, phase)).summary(),
  };
}

/** How the load kept its schedule; undefined where it had none, in a closed loop. */
function loadSchedule({ records, beganAtMs, knobs: { rate }, rateChanges }: Observation): LoadSchedule | undefined {
  return rate === undefined ? undefined : ScheduleRecord.summaryOf(records, rate, beganAtMs, rateChanges);
}

function pathWith(mode: Mode, knobs: Knobs, { timings, abilities }: Observation): Path {
  return pathInForce(mode, knobs, timings, abilities);
}

function runCost(observation: Observation): RunCost {
  return {
    answeredPerSecond: answeredPerSecond(observation),
    mutualTls: observation.mutualTls ?? null,
    containers: containerCosts(observation),
  };
}

/** A run that did not happen, with the reason. */
export function skippedRun(mode: string, experiment: NamedFigures, stage: string, reason: string): RunResult {
  return emptyRun(mode, experiment, stage, "skipped", reason);
}

/** A run that could not be carried out, with the reason. */
export function brokenRun(mode: string, experiment: NamedFigures, stage: string, reason: string): RunResult {
  return emptyRun(mode, experiment, stage, "failed", reason);
}

type NamedFigures = Pick<Experiment, "name" | "figures">;

function emptyRun(
  mode: string,
  { name, figures }: NamedFigures,
  stage: string,
  status: RunResult["status"],
  reason: string,
): RunResult {
  return {
    mode,
    experiment: name,
    stage,
    status,
    reason,
    durationMs: 0,
    pods: [],
    evenness: 0,
    calls: { total: 0, ok: 0, failed: 0, warmUp: 0, retries: 0, hedges: 0 },
    latencyMs: new LatencyHistogram().summary(),
    histogram: "",
    errors: [],
    timeToFirstCallMs: [],
    events: [],
    phases: [],
    timeline: { bucketMs: 50, answered: {}, failed: [] },
    clock: { offsetMs: 0, uncertaintyMs: 0 },
    knobs: [],
    simulated: [],
    problems: [],
    expectations: [],
    figures: figures.map((figure) => ({ ...shown(figure), values: [] })),
    summary: `${status === "skipped" ? "Skipped" : "Not finished"}: ${reason.replace(/\.$/, "")}.`,
  };
}

function callCounts({ records, warmUpCalls, path }: Observation): CallCounts {
  const failed = failedCalls(records).length;
  const extra = records.reduce((sum, { attempts }) => sum + attempts - 1, 0);
  const hedging = isHedged(path);
  return {
    total: records.length,
    ok: records.length - failed,
    failed,
    warmUp: warmUpCalls,
    retries: hedging ? 0 : extra,
    hedges: hedging ? extra : 0,
  };
}

function errorCounts({ records, firstMessages }: Observation): ErrorCount[] {
  const byCode = Map.groupBy(failedCalls(records), ({ code }: CallRecord) => code);
  return [...byCode].map(([code, calls]) => ({
    code: statusName(code),
    count: calls.length,
    firstMessage: firstMessages.get(code) ?? "",
  }));
}

/** Told where the pods ran something other than usual. */
function appKnobs({ app }: Observation): Knob[] {
  return app === "greeter" ? [] : [{ name: "app", value: app, default: "greeter", reason: "what the pods run" }];
}

function stageKnobs({ timings }: Observation): Knob[] {
  return Object.entries(timings).map(([name, { value, default: standard, standsFor }]) => ({
    name,
    value,
    default: standard,
    reason: value === standard ? "" : `stands for ${standsFor}; ${lengthReason(value, standard)}`,
  }));
}
