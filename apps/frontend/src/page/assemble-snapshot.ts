import { status } from "@grpc/grpc-js";
import { evenness } from "@grpc-lb-lab/measure/evenness";
import type { CallSample } from "../traffic/call-samples.ts";
import type { PodStats, StatsSnapshot } from "../traffic/call-stats.ts";
import type { Percentiles } from "../traffic/latencies.ts";
import type { PodState, PodView, SampleView, Snapshot } from "./snapshot.ts";
import type { StagePod, StageReading } from "./stage-client.ts";

/** Without a stage, a pod that was silent for so long while others answered is taken for gone. */
const GONE_AFTER_MS = 60_000;
const MS_PER_SECOND = 1000;
/** Digits kept of shares and of latencies in ms: an event is small. */
const round = (value: number) => Math.round(value * 1e4) / 1e4;

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly mode: string;
  readonly stats: StatsSnapshot;
  readonly samples: readonly CallSample[];
  readonly traffic: Snapshot["traffic"];
  /** Undefined where there is no stage. */
  readonly stage: StageReading | undefined;
}

/** Puts together what the page shows. */
export function assembleSnapshot({ mode, stats, samples, traffic, stage }: SnapshotParts): Snapshot {
  const pods = podViews(stats, stage);
  const counted = pods.filter(({ state }) => state === "ready" || state === "seen");
  const { answered, failed, latencyMs } = stats.window;
  return {
    mode,
    answered: stats.answered,
    failed: stats.failed,
    evenness: round(evenness(counted.map((pod) => pod.answered))),
    recent: {
      answered,
      failed,
      perSecond: stats.windowMs === 0 ? 0 : round(((answered + failed) * MS_PER_SECOND) / stats.windowMs),
      evenness: round(evenness(counted.map((pod) => pod.recent))),
      latencyMs: latencyMs ?? null,
    },
    countedPods: counted.length,
    pods,
    errors: errorViews(stats),
    trend: stats.trend.map((point) => (point === undefined ? null : trendPoint(point))),
    samples: samples.map((sample) => sampleView(sample, pods)),
    traffic,
    stage: stage === undefined ? null : stageView(stage),
  };
}

function podViews(stats: StatsSnapshot, stage: StageReading | undefined): PodView[] {
  const byName = new Map(stats.pods.map((pod) => [pod.pod, pod]));
  if (stage === undefined || stage.pods === undefined) {
    const last = Math.min(...stats.pods.map(({ silentMs }) => silentMs));
    const shown = stats.pods.filter(({ silentMs }) => silentMs - last <= GONE_AFTER_MS);
    return shown.map((pod) => podView(pod.pod, "seen", stats, pod));
  }
  const there = stage.pods.map((pod) =>
    podView(pod.name, pod.ready ? "ready" : "starting", stats, byName.get(pod.name), pod),
  );
  const names = new Set(stage.pods.map(({ name }) => name));
  const gone = stats.pods.filter(({ pod, window }) => !names.has(pod) && window.answered > 0);
  return [...there, ...gone.map((pod) => podView(pod.pod, "gone", stats, pod))];
}

function podView(
  name: string,
  state: PodState,
  stats: StatsSnapshot,
  pod: PodStats | undefined,
  stagePod?: StagePod,
): PodView {
  const answered = pod?.answered ?? 0;
  const recent = pod?.window.answered ?? 0;
  return {
    name,
    zone: stagePod?.zone ?? pod?.zone ?? "",
    version: pod?.version ?? "",
    state,
    fault: stagePod?.fault ?? null,
    answered,
    share: round(answered / Math.max(1, stats.answered)),
    recent,
    recentShare: round(recent / Math.max(1, stats.window.answered)),
    latencyMs: pod?.window.latencyMs ?? null,
  };
}

function errorViews({ errors, windowErrors }: StatsSnapshot): Snapshot["errors"] {
  const views = [...errors].map(([code, count]) => ({
    code: status[code] ?? `CODE_${code}`,
    count,
    recent: windowErrors.get(code) ?? 0,
  }));
  return views.sort((a, b) => b.count - a.count);
}

function trendPoint({ p50, p90, p99 }: Percentiles): readonly [number, number, number] {
  return [round(p50), round(p90), round(p99)];
}

function sampleView({ pod, code }: CallSample, pods: readonly PodView[]): SampleView {
  return [pods.findIndex(({ name }) => name === pod), code === 0 ? 0 : 1];
}

function stageView({ pods = [], maxPods, problem }: StageReading): Snapshot["stage"] {
  return { pods: pods.length, maxPods, problem };
}
