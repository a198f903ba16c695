import { setTimeout as delay } from "node:timers/promises";
import { type Expectation, monotonicMs } from "@grpc-lb-lab/measure";
import {
  type App,
  COUNTED_HEADER,
  InputError,
  type LoadRun,
  type LoadSpec,
  type Pod,
  type Refusal,
  type Rules,
  RulesRefusedError,
  type Stage,
  stepsUnderLoad,
  undisturbedPath,
} from "@grpc-lb-lab/stage-api";
import { assertZoned } from "./assert-zoned.ts";
import { type EchoedAnswer, echoedAnswers } from "./echoed-answers.ts";
import { missingMethod } from "./missing-method.ts";
import { type Judged, judge } from "./outcome.ts";
import type { Evidence, Parameters, Policy, Trial, TrialCourse, TrialPhase } from "./policy.ts";
import type { Column } from "./policy-cell.ts";
import { startFor, type TrialApp } from "./trial-app.ts";

/** A policy in one column on a stage. */
interface TrialRequest {
  readonly stage: Stage;
  readonly policy: Policy;
  readonly parameters: Parameters;
  readonly column: Column;
  /** What calls are to come to; undefined: pods as the stage has them. */
  readonly app?: TrialApp | undefined;
  readonly signal: AbortSignal;
  /** Told what goes on, in a few words. */
  readonly onProgress?: (what: string) => void;
}

/** What came of it. */
export interface TrialResult extends Judged {
  /** What the pods ran; undefined: nothing ran. */
  readonly app?: TrialApp;
  /** What calls were like when they reached the pods, where those tell. */
  readonly echoed: readonly EchoedAnswer[];
  readonly refusals: readonly Refusal[];
  /** What stands in for the real thing, in words. */
  readonly simulated: readonly string[];
  /** What went wrong by itself. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/** Enough for connections and first calls on a busy machine. */
const WARM_UP_MS = 5_000;

/**
 * Starts a mode with a policy's rules in force, and before that without them where the policy has a control; looks at what becomes of calls, judges, and ends the mode, which takes the rules back.
 * @throws {InputError} when the trial cannot be made.
 */
export async function runTrial(request: TrialRequest): Promise<TrialResult> {
  const { policy, parameters, signal } = request;
  const startedAtMs = monotonicMs();
  const control = await lookWithout(request);
  const judged = await look(request, policy.dialects(parameters)[request.column.dialect])
    .then(({ evidence, ...rest }) => ({ ...judge(policy, parameters, evidence, rest.refusals, control), ...rest }))
    .catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof RulesRefusedError) return refused(error);
      throw error;
    });
  return { ...judged, durationMs: monotonicMs() - startedAtMs };
}

type Seen = Pick<TrialResult, "app" | "echoed" | "refusals" | "simulated" | "problems"> & {
  readonly evidence: Evidence;
};

/** Nothing was in force, so that there was nothing to see. */
function refused({ by, reason }: RulesRefusedError): Omit<TrialResult, "durationMs"> {
  const words = `${by}: ${reason}`;
  const nothing = { expectations: [], echoed: [], simulated: [], problems: [] };
  return { outcome: "refused", words, asWithoutRule: false, refusals: [{ by, reason }], ...nothing };
}

/** What is seen in a policy's control run; nothing where it has none. */
async function lookWithout({ onProgress, ...request }: TrialRequest): Promise<readonly Expectation[]> {
  const { policy, column, signal } = request;
  if (policy.control === undefined) return [];
  const rules = policy.control.dialects?.[column.dialect];
  // Where pods are deployed already, what somebody asked of them just before must have gone everywhere.
  const gone = () => delay(request.stage.abilities.pushMs, undefined, { signal });
  const told = { ...request, onProgress: (what: string) => onProgress?.(`${what}, without the rule`) };
  const { evidence, refusals } = await look(told, rules, gone).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof RulesRefusedError) throw noControl(policy.name, error);
    throw error;
  });
  const [refusal] = refusals;
  if (refusal !== undefined) throw noControl(policy.name, refusal);
  return policy.control.seen(evidence);
}

function noControl(policy: string, { by, reason }: Refusal): InputError {
  return new InputError(
    `${policy} cannot be held against calls without its rule, for ${by} refuses what is asked instead: ${reason}; make that possible, and try again`,
  );
}

/** @param settled - resolves when nothing else is in force than what was asked here. */
async function look(
  request: TrialRequest,
  rules: Rules | undefined,
  settled = async (): Promise<void> => undefined,
): Promise<Seen> {
  const { stage, policy, parameters, column, app, signal, onProgress } = request;
  const trial = policy.trial(parameters);
  const path = undisturbedPath(column.mode);
  onProgress?.("starting");
  await using deployment = await stage.start(column.mode, {
    pods: trial.pods,
    canaryPods: trial.canaryPods,
    env: trial.env ?? {},
    rules,
    ...startFor(app),
    signal,
  });
  assertCallable(policy.name, trial, deployment.app);
  if (trial.clientZone !== undefined) assertZoned(policy.name, deployment);
  await settled();
  await trial.before?.(deployment, signal);
  const firstPods = deployment.pods();
  onProgress?.("measuring");
  await using load = await deployment.runLoad(loadSpec(trial));
  const phases: TrialPhase[] = [];
  if (trial.course === undefined) await load.done;
  else await underLoad(trial.course, { deployment, load, abilities: stage.abilities, signal }, phases);
  const { firstMessages } = await load.stop();
  const received = await deployment.received(); // Whereupon it is known who has refused the rules.
  return {
    app: app === "frontend" ? app : deployment.app,
    echoed: echoedAnswers(load),
    refusals: deployment.refusals,
    simulated: deployment.simulated,
    problems: deployment.problems,
    evidence: {
      records: sinceBegan(load),
      firstMessages,
      pods: [...new Map([...firstPods, ...deployment.pods()].map((pod): [string, Pod] => [pod.name, pod])).values()],
      received,
      phases: phases.map(({ name, fromMs, toMs }) => ({
        name,
        fromMs: fromMs - load.beganAtMs,
        toMs: toMs - load.beganAtMs,
      })),
      dialect: column.dialect,
      path,
      abilities: stage.abilities,
      clientZone: deployment.clientZone,
    },
  };
}

/** Where pods are deployed already, what they run is known only now. */
function assertCallable(policy: string, trial: Trial, app: App): void {
  const missing = missingMethod(trial, app);
  if (missing === undefined) return;
  throw new InputError(
    `${policy} calls ${missing}, which the deployed application ${app} does not have; deploy another`,
  );
}

/** Every call that is counted says so to the pods, and of which kind it is. */
function loadSpec({ load }: Trial): LoadSpec {
  const kinds = (load.kinds ?? [{}]).map((kind, index) => ({
    ...kind,
    metadata: { ...kind.metadata, [COUNTED_HEADER]: String(index) },
  }));
  return { warmUp: { distinctPods: 1, calls: 2, maxMs: WARM_UP_MS }, ...load, kinds };
}

async function underLoad(
  course: NonNullable<Trial["course"]>,
  work: Pick<TrialCourse, "deployment" | "load" | "abilities" | "signal">,
  phases: TrialPhase[],
): Promise<void> {
  await stepsUnderLoad(work.load, work.signal, (signal) =>
    course({
      ...work,
      signal,
      pause: (ms) => delay(ms, undefined, { signal }),
      phase: async (name, body) => {
        const fromMs = monotonicMs();
        await body();
        const toMs = monotonicMs();
        phases.push({ name, fromMs, toMs });
        await caughtUp(work.load, toMs, signal);
      },
    }),
  );
}

/** Resolves once a call has ended that was to start at that time or later, for a client on a busy machine is behind its schedule; or once the load is over. */
async function caughtUp(load: LoadRun, atMs: number, signal: AbortSignal): Promise<void> {
  await load.waitFor((fresh) => fresh.some(({ startMs }) => startMs >= atMs), signal).catch(() => load.done);
}

function sinceBegan({ records, beganAtMs }: LoadRun): Evidence["records"] {
  const counted = records.map((record) => ({ ...record, startMs: record.startMs - beganAtMs }));
  return counted.toSorted((a, b) => a.startMs - b.startMs);
}
