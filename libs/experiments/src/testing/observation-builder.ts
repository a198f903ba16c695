import type { CallRecord, MessageRecord, RateChange, RunResult } from "@grpc-lb-lab/measure";
import type { DeploymentEvent, Mode, StageName } from "@grpc-lb-lab/stage-api";
import type { Experiment } from "../experiment.ts";
import type { KnobOverrides, Knobs } from "../knobs/knobs.ts";
import { pathInForce, settleRun } from "../knobs/settle-run.ts";
import type { Observation, ObservedPhase, ObservedPod, Step } from "../observation.ts";
import { runResult } from "../run-result.ts";
import { type ModeKey, renamed } from "./renamed-modes.ts";
import { STAGES } from "./stages.ts";

/** The gRPC status code of calls that fail here. */
export const UNAVAILABLE = 14;
/** That of calls whose response a proxy reset. */
export const INTERNAL = 13;
/** That of calls that nobody answered in time. */
export const DEADLINE_EXCEEDED = 4;
/** Not 0, so that a forgotten subtraction shows. */
export const BEGAN_AT_MS = 10_000;
const WARM_UP_MS = 700;

/** Who answers the call that starts at `atMs` (ms since the load began) as number `turn` of its client; undefined: it fails. */
export type Picker = (atMs: number, turn: number, client: number) => string | undefined;

interface Calls {
  readonly fromMs?: number;
  readonly toMs: number;
  readonly everyMs: number;
  /** How long they take, or how long those of a pod do that start at a time; default 3. */
  readonly latencyMs?: number | ((pod: string | undefined, atMs: number) => number);
  /** What the calls that nobody answers fail with; default {@link UNAVAILABLE}. */
  readonly failWith?: number;
  /** How many attempts are made of a call; default 1. */
  readonly attempts?: (...call: Parameters<Picker>) => number;
}

interface Stream {
  readonly fromMs: number;
  readonly toMs: number;
  /** Who answers on it; undefined: it has no answer. */
  readonly pod: string | undefined;
  /** When the messages are due that are answered; none: a client stream. */
  readonly dueMs?: readonly number[];
  readonly client?: number;
  /** What it ends with; default OK. */
  readonly code?: number;
}

/** How long a message takes. */
const MESSAGE_MS = 3;

/** Makes up what was seen of a run, in the words of a scenario. All times in ms since the load began. */
export class ObservationBuilder {
  readonly mode: Mode;
  readonly knobs: Knobs;
  readonly #pods: ObservedPod[] = [];
  readonly #records: CallRecord[] = [];
  readonly #messages: MessageRecord[] = [];
  readonly #podEvents: DeploymentEvent[] = [];
  readonly #steps: Step[] = [];
  readonly #phases: ObservedPhase[] = [];
  readonly #rateChanges: RateChange[] = [];
  readonly stage: StageName;
  #endedAtMs = 0;
  #isCounted = false;

  constructor(mode: Mode, knobs: Knobs, stage: StageName) {
    this.mode = mode;
    this.knobs = knobs;
    this.stage = stage;
    for (let number = 1; number <= knobs.pods; number++)
      this.#addPod(number, true).event("pod-ready", podName(number), -500);
  }

  /** A pod that joins: added, then ready. */
  joined(number: number, readyAtMs: number): this {
    this.event("pod-added", podName(number), readyAtMs - 400).event("pod-ready", podName(number), readyAtMs);
    return this.#addPod(number, false);
  }

  event(kind: DeploymentEvent["kind"], pod: string, atMs: number): this {
    this.#podEvents.push({ kind, pod, atMs: BEGAN_AT_MS + atMs });
    return this;
  }

  step(kind: string, atMs: number, about: Pick<Step, "pod" | "detail"> = {}): this {
    this.#steps.push({ kind, atMs: BEGAN_AT_MS + atMs, ...about });
    return this;
  }

  /** From then on calls were meant to come at another rate. */
  rate(ratePerSecond: number, atMs: number): this {
    this.#rateChanges.push({ atMs: BEGAN_AT_MS + atMs, ratePerSecond });
    return this;
  }

  phase(name: string, fromMs: number, toMs: number): this {
    this.#phases.push({ name, fromMs: BEGAN_AT_MS + fromMs, toMs: BEGAN_AT_MS + toMs });
    return this;
  }

  /** `count` calls that a pod answered one after the other, at the end so far; undefined: that failed. */
  answered(pod: string | undefined, count: number, fields: Partial<CallRecord> = {}): this {
    for (let i = 0; i < count; i++) this.#call(this.#endedAtMs, pod, fields);
    return this;
  }

  /** Calls at regular times, the clients in turn, each answered as `pick` says. */
  calls(
    { fromMs = 0, toMs, everyMs, latencyMs = 3, failWith = UNAVAILABLE, attempts = () => 1 }: Calls,
    pick: Picker,
  ): this {
    const { clients } = this.knobs;
    for (let i = 0; fromMs + i * everyMs < toMs; i++) {
      const atMs = fromMs + i * everyMs;
      const client = i % clients;
      const call = [atMs, Math.floor(i / clients), client] as const;
      const pod = pick(...call);
      const tookMs = typeof latencyMs === "number" ? latencyMs : latencyMs(pod, atMs);
      const failed = pod === undefined ? { code: failWith } : {};
      this.#call(atMs, pod, { latencyMs: tookMs, client, attempts: attempts(...call), ...failed });
    }
    return this;
  }

  /** Pods were asked what had reached them: every attempt that was made, whichever of them it was. */
  counted(): this {
    this.#isCounted = true;
    return this;
  }

  /** A stream with records of its messages. */
  stream({ fromMs, toMs, pod, dueMs = [], client = 0, code = 0 }: Stream): this {
    const stream = this.#records.length;
    this.#call(fromMs, pod, { latencyMs: toMs - fromMs, client, code, stream });
    const messages = dueMs.map((due, message) => ({ message, startMs: BEGAN_AT_MS + due }));
    const alike = { stream, client, pod, lagMs: 0, latencyMs: MESSAGE_MS, code: 0, kind: 0 };
    this.#messages.push(...messages.map((message) => ({ ...alike, ...message })));
    return this;
  }

  build(): Observation {
    const { abilities, timings: timingsOf } = STAGES[this.stage];
    const timings = timingsOf(this.mode, this.knobs.timings);
    return {
      path: pathInForce(this.mode, this.knobs, timings, abilities),
      app: "greeter",
      beside: this.mode.beside,
      abilities,
      knobs: this.knobs,
      timings,
      simulated: [],
      problems: [],
      loadStartedAtMs: BEGAN_AT_MS - WARM_UP_MS,
      beganAtMs: BEGAN_AT_MS,
      endedAtMs: BEGAN_AT_MS + this.#endedAtMs,
      pods: this.#pods,
      records: this.#records,
      received: this.#isCounted ? this.#received() : undefined,
      messages: this.#messages,
      podEvents: this.#podEvents,
      steps: this.#steps,
      phases: this.#phases,
      warmUpCalls: 20,
      firstMessages: new Map([[UNAVAILABLE, "Connection dropped"]]),
      rateChanges: this.#rateChanges,
      clock: { offsetMs: 0, uncertaintyMs: 0.1 },
    };
  }

  #received(): ReadonlyMap<string, number> {
    const all = this.#records.reduce((sum, { attempts }) => sum + attempts, 0);
    return new Map(this.#pods.map(({ pod }, index) => [pod, index === 0 ? all : 0]));
  }

  #addPod(number: number, first: boolean): this {
    this.#pods.push({ pod: podName(number), zone: number % 2 === 1 ? "lab-a" : "lab-b", version: "v1", first });
    return this;
  }

  #call(atMs: number, pod: string | undefined, fields: Partial<CallRecord>): void {
    const code = pod === undefined ? UNAVAILABLE : 0;
    const record = { startMs: BEGAN_AT_MS + atMs, latencyMs: 3, code, pod, attempts: 1, client: 0, ...fields };
    this.#records.push(record);
    this.#endedAtMs = Math.max(this.#endedAtMs, atMs + record.latencyMs);
  }
}

/** The name of pod number `number`, from 1. */
export function podName(number: number): string {
  return `backend-${number}`;
}

/** A builder for a run of `experiment` with its own knobs and `overrides`. */
export function observation(
  key: ModeKey,
  experiment: Experiment,
  asked: KnobOverrides = {},
  stage: StageName = "local",
): ObservationBuilder {
  const mode = renamed(key);
  const { knobs } = settleRun({ mode, experiment, stage: STAGES[stage], asked, modes: [mode] });
  return new ObservationBuilder(mode, knobs, stage);
}

/** The result of a run of `experiment` in which this was seen under the mode of `key`, on the local stage; a defect throws by default. */
export function resultOf(
  key: ModeKey,
  experiment: Experiment,
  seen: Observation,
  durationMs = 0,
  onDefect: (error: unknown) => void = (error) => {
    throw error;
  },
): RunResult {
  return runResult({ mode: renamed(key), experiment, stage: "local", observation: seen, durationMs, onDefect });
}
