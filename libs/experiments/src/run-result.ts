import {
  type CallCounts,
  type CallRecord,
  callsPerPod,
  type ErrorCount,
  evenness,
  type Knob,
  LatencyHistogram,
  type RunCost,
  type RunResult,
  statusName,
  timeline,
} from "@grpc-lb-lab/measure";
import { answeredPerSecond, containerCosts } from "./cost/container-costs.ts";
import type { Experiment } from "./experiment.ts";
import { callsOfPhase, failedCalls, type Observation, runEvents, timesToFirstCall } from "./observation.ts";
import { lengthReason, reportedKnobs } from "./reported-knobs.ts";

const TIMELINE_BUCKETS = 60;

/** The result of a run: figures, what happened, and the verdict. */
export function runResult(experiment: Experiment, observation: Observation, durationMs: number): RunResult {
  const { records, beganAtMs, endedAtMs, pods, clock, simulated, problems } = observation;
  const expectations = experiment.expectations(observation);
  const histogram = LatencyHistogram.of(records);
  const calls = callsPerPod(
    records,
    pods.map(({ pod }) => pod),
  );
  return {
    mode: observation.mode,
    experiment: experiment.name,
    stage: observation.stage,
    status: expectations.every(({ ok }) => ok) ? "passed" : "failed",
    durationMs: Math.round(durationMs),
    pods: pods.map(({ pod, zone, version }) => ({ pod, zone, version, calls: calls.get(pod) ?? 0 })),
    evenness: evenness([...calls.values()]),
    calls: callCounts(observation),
    latencyMs: histogram.summary(),
    histogram: histogram.encode(),
    errors: errorCounts(observation),
    timeToFirstCallMs: timesToFirstCall(observation),
    events: runEvents(observation),
    phases: observation.phases.map((phase) => ({
      name: phase.name,
      fromMs: Math.round(phase.fromMs - beganAtMs),
      toMs: Math.round(phase.toMs - beganAtMs),
      failed: failedCalls(callsOfPhase(records, phase)).length,
    })),
    timeline: timeline(
      records,
      beganAtMs,
      Math.max(50, Math.ceil((endedAtMs - beganAtMs) / TIMELINE_BUCKETS / 50) * 50),
    ),
    clock,
    knobs: [...reportedKnobs(observation.mode, observation.knobs), ...stageKnobs(observation)],
    simulated: [...simulated],
    problems: [...problems],
    expectations,
    ...(observation.usage === undefined ? {} : { cost: runCost(observation) }),
    summary: experiment.summary(observation),
  };
}

function runCost(observation: Observation): RunCost {
  return {
    answeredPerSecond: answeredPerSecond(observation),
    mutualTls: observation.mutualTls ?? null,
    containers: containerCosts(observation),
  };
}

/** A run that did not happen, with the reason. */
export function skippedRun(mode: string, experiment: string, stage: string, reason: string): RunResult {
  return emptyRun(mode, experiment, stage, "skipped", reason);
}

/** A run that could not be carried out, with the reason. */
export function brokenRun(mode: string, experiment: string, stage: string, reason: string): RunResult {
  return emptyRun(mode, experiment, stage, "failed", reason);
}

function emptyRun(
  mode: string,
  experiment: string,
  stage: string,
  status: RunResult["status"],
  reason: string,
): RunResult {
  return {
    mode,
    experiment,
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
    summary: `${status === "skipped" ? "Skipped" : "Not finished"}: ${reason.replace(/\.$/, "")}.`,
  };
}

function callCounts({ records, warmUpCalls, knobs }: Observation): CallCounts {
  const failed = failedCalls(records).length;
  const extra = records.reduce((sum, { attempts }) => sum + attempts - 1, 0);
  const hedging = knobs.retry.startsWith("hedge");
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

function stageKnobs({ timings }: Observation): Knob[] {
  return Object.entries(timings).map(([name, { value, default: standard, standsFor }]) => ({
    name,
    value,
    default: standard,
    reason: value === standard ? "" : `stands for ${standsFor}; ${lengthReason(value, standard)}`,
  }));
}
