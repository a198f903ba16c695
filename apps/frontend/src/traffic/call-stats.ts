import type { FinishedCall } from "../backend/finished-call.ts";
import { type CallSample, CallSamples } from "./call-samples.ts";
import { CallWindow, WINDOW_SECONDS, type WindowSummary } from "./call-window.ts";
import { LatencyTrend, type TrendPoint } from "./latency-trend.ts";

const MS_PER_SECOND = 1000;

/** What is counted of one pod. */
export interface PodStats {
  readonly pod: string;
  readonly zone: string | undefined;
  readonly version: string | undefined;
  /** Calls that ended OK since the start. */
  readonly answered: number;
  /** Failed calls that are known to have reached this pod, since the start. */
  readonly failed: number;
  readonly window: WindowSummary;
  /** Time since its last call ended, in ms. */
  readonly silentMs: number;
}

/** What is counted, at one moment. */
export interface StatsSnapshot {
  /** Time that is counted, in ms. */
  readonly sinceStartMs: number;
  /** Time that the window covers, in ms: {@link WINDOW_SECONDS} s less the rest of the current second. */
  readonly windowMs: number;
  readonly answered: number;
  readonly failed: number;
  readonly window: WindowSummary;
  /** Failed calls by gRPC code, since the start and in the window. */
  readonly errors: ReadonlyMap<number, number>;
  readonly windowErrors: ReadonlyMap<number, number>;
  /** The pods by name, the number in it taken as one: backend-2 before backend-10. */
  readonly pods: readonly PodStats[];
  readonly trend: readonly TrendPoint[];
}

/** What {@link CallStats} may be given. */
export interface CallStatsOptions {
  /** In ms, never falls. Default `performance.now`. */
  readonly now?: () => number;
  /** From 0 to 1 (1 excluded), for sampling. Default `Math.random`. */
  readonly random?: () => number;
  /** Most calls kept between two {@link CallStats.takeSamples}. Default 24. */
  readonly mostSamples?: number;
  /** Most pods counted apart: of more, the one silent for longest is forgotten, while the totals keep its calls. Default 100. */
  readonly mostPods?: number;
}

interface Pod {
  zone: string | undefined;
  version: string | undefined;
  answered: number;
  failed: number;
  lastMs: number;
  readonly window: CallWindow;
}

const byName = new Intl.Collator("en", { numeric: true });

/** Counts every call, in total and per pod, since the start and over the last {@link WINDOW_SECONDS} s, and keeps a sample to draw. */
export class CallStats {
  readonly #now: () => number;
  readonly #mostPods: number;
  readonly #startMs: number;
  readonly #pods = new Map<string, Pod>();
  readonly #errors = new Map<number, number>();
  readonly #window = new CallWindow();
  readonly #trend = new LatencyTrend(0);
  readonly #samples: CallSamples;
  #answered = 0;
  #failed = 0;

  constructor({ now = () => performance.now(), random = Math.random, ...most }: CallStatsOptions = {}) {
    this.#now = now;
    this.#startMs = now();
    this.#mostPods = most.mostPods ?? 100;
    this.#samples = new CallSamples(most.mostSamples ?? 24, random);
  }

  /** Counts a call that has ended just now. */
  record(call: FinishedCall): void {
    const elapsedMs = this.#elapsedMs();
    const second = secondOf(elapsedMs);
    this.#trend.follow(second, this.#window);
    this.#window.record(second, call.code, call.latencyMs);
    this.#samples.add(call);
    if (call.code === 0) this.#answered++;
    else {
      this.#failed++;
      this.#errors.set(call.code, (this.#errors.get(call.code) ?? 0) + 1);
    }
    if (call.pod !== undefined) this.#recordPod(call.pod, call, elapsedMs);
  }

  /** The calls to draw since this was last asked. */
  takeSamples(): readonly CallSample[] {
    return this.#samples.take();
  }

  /** Everything that is counted. Costs about 0.02 ms for each pod. */
  snapshot(): StatsSnapshot {
    const elapsedMs = this.#elapsedMs();
    const second = secondOf(elapsedMs);
    this.#trend.follow(second, this.#window);
    return {
      sinceStartMs: elapsedMs,
      windowMs: Math.min(elapsedMs, elapsedMs - (second - WINDOW_SECONDS + 1) * MS_PER_SECOND),
      answered: this.#answered,
      failed: this.#failed,
      window: this.#window.summary(second),
      errors: new Map(this.#errors),
      windowErrors: this.#window.errors(second),
      pods: [...this.#pods]
        .map(([name, pod]) => podStats(name, pod, elapsedMs))
        .sort((a, b) => byName.compare(a.pod, b.pod)),
      trend: this.#trend.points,
    };
  }

  #elapsedMs(): number {
    return this.#now() - this.#startMs;
  }

  #recordPod(name: string, { code, latencyMs, zone, version }: FinishedCall, elapsedMs: number): void {
    const pod = this.#pods.get(name) ?? this.#addPod(name);
    pod.zone = zone ?? pod.zone;
    pod.version = version ?? pod.version;
    pod.lastMs = elapsedMs;
    if (code === 0) pod.answered++;
    else pod.failed++;
    pod.window.record(secondOf(elapsedMs), code, latencyMs);
  }

  #addPod(name: string): Pod {
    if (this.#pods.size >= this.#mostPods) this.#forgetTheMostSilent();
    const pod: Pod = {
      zone: undefined,
      version: undefined,
      answered: 0,
      failed: 0,
      lastMs: 0,
      window: new CallWindow(),
    };
    this.#pods.set(name, pod);
    return pod;
  }

  #forgetTheMostSilent(): void {
    const [first] = [...this.#pods].sort(([, a], [, b]) => a.lastMs - b.lastMs);
    if (first !== undefined) this.#pods.delete(first[0]);
  }
}

function secondOf(elapsedMs: number): number {
  return Math.floor(elapsedMs / MS_PER_SECOND);
}

function podStats(name: string, pod: Pod, elapsedMs: number): PodStats {
  const { window, lastMs, ...rest } = pod;
  return { pod: name, ...rest, window: window.summary(secondOf(elapsedMs)), silentMs: elapsedMs - lastMs };
}
