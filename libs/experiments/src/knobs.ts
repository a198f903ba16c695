import type { DeployedSettings, LoadSpec, ModeName, StartOptions } from "@grpc-lb-lab/stage";
import type { Experiment } from "./experiment.ts";
import { appliesUnder, effectiveOnly } from "./knob-effects.ts";
import { type StageAbilities, settableOnly } from "./stage-abilities.ts";

/** The settings of a run. Times in ms; 0 is off. */
export interface Knobs {
  /** Pods at first. */
  readonly pods: number;
  /** Clients, each with connections of its own. */
  readonly clients: number;
  /** Calls per second by schedule (open loop); undefined with `inFlight`. */
  readonly rate: number | undefined;
  /** Calls at once (closed loop); undefined with `rate`. */
  readonly inFlight: number | undefined;
  /** Calls to count; undefined: the experiment's own course decides. */
  readonly calls: number | undefined;
  /** How long to count calls; undefined: the experiment's own course decides. */
  readonly durationMs: number | undefined;
  /** The client's load-balancing policy (`BACKEND_LB_POLICY`); undefined: the mode's. */
  readonly policy: string | undefined;
  /** `MAX_CONNECTION_AGE_MS` of the servers. */
  readonly maxAgeMs: number;
  /** `BACKEND_RETRY`: `off`, attempts in all, or `hedge:<attempts>`. */
  readonly retry: string;
  /** Whether a pod that is told to go drains: keeps serving for `drainDelayMs`, then ends gracefully. */
  readonly drain: boolean;
  /** `DRAIN_DELAY_MS` of a pod that drains. */
  readonly drainDelayMs: number;
  /** Retries by the mode's proxies or control plane; undefined: the mode's default. */
  readonly proxyRetries: number | undefined;
  /** Simulated work of a call in the backend (`WORK_MS`). */
  readonly workMs: number;
  /** Deadline of each call (`BACKEND_DEADLINE_MS`). */
  readonly deadlineMs: number;
  /** `BACKEND_KEEPALIVE_MS`: the client pings its connections so often, and gives one up that leaves a ping unanswered as long (20 s at most). */
  readonly keepaliveMs: number;
  /** `BACKEND_DNS_MIN_INTERVAL_MS`: how soon grpc-js resolves again at the earliest. */
  readonly dnsMinIntervalMs: number;
  /** Overrides of the stage's timings, by name. */
  readonly timings: Readonly<Record<string, number>>;
}

/** What a caller may set: anything, the rest comes from the experiment. */
export type KnobOverrides = { readonly [K in keyof Knobs]?: Knobs[K] | undefined };

/** The settings that every experiment starts from: what a careful team deploys, no ageing, no retries. */
const BASE_KNOBS: Knobs = {
  pods: 4,
  clients: 1,
  rate: 100,
  inFlight: undefined,
  calls: undefined,
  durationMs: undefined,
  policy: undefined,
  maxAgeMs: 0,
  retry: "off",
  drain: true,
  drainDelayMs: 1_500,
  proxyRetries: undefined,
  workMs: 0,
  deadlineMs: 5_000,
  keepaliveMs: 0,
  dnsMinIntervalMs: 1_000,
  timings: {},
};

/** The knobs of a run: the base, the experiment's own, then what the caller set. */
export function resolveKnobs(own: KnobOverrides, overrides: KnobOverrides): Knobs {
  const merged = { ...BASE_KNOBS, ...definedOnly(own), ...definedOnly(overrides) };
  const timings = { ...own.timings, ...overrides.timings };
  const loop = overrides.inFlight === undefined ? {} : { rate: overrides.rate };
  return { ...merged, ...loop, timings } as Knobs;
}

/**
 * The knobs of a run of `experiment` under `mode` on `stage`. What has no effect there is left out of what the caller set and of what the
 * experiment sets for itself: the knobs are those in force.
 */
export function experimentKnobs(
  mode: ModeName,
  experiment: Experiment,
  overrides: KnobOverrides,
  stage: StageAbilities,
): Knobs {
  const inForce = (knobs: KnobOverrides) => settableOnly(stage, mode, effectiveOnly(mode, experiment, knobs));
  const asked = inForce(overrides);
  return resolveKnobs(inForce(experiment.knobs(mode, asked, stage.name)), asked);
}

/** The knobs as they are in force where some settings are deployed otherwise than asked. */
export function knobsInForce(asked: Knobs, { drainDelayMs, maxConnectionAgeMs }: DeployedSettings): Knobs {
  return {
    ...asked,
    ...(drainDelayMs === undefined ? {} : { drain: drainDelayMs > 0, drainDelayMs }),
    ...(maxConnectionAgeMs === undefined ? {} : { maxAgeMs: maxConnectionAgeMs }),
  };
}

function definedOnly(knobs: KnobOverrides): Partial<Knobs> {
  return Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined));
}

/** The load's loop for these knobs, open or closed. */
export function loadLoop({ rate, inFlight }: Knobs): Pick<LoadSpec, "rate" | "inFlight"> {
  return rate === undefined ? { inFlight: inFlight ?? 1 } : { rate };
}

/** How a stage is to start `mode` for these knobs. */
export function startOptions(mode: ModeName, knobs: Knobs, signal: AbortSignal): StartOptions {
  const { pods, timings, proxyRetries } = knobs;
  return { pods, env: knobEnv(mode, knobs), timings, proxyRetries, signal };
}

/** The applications' environment for these knobs under `mode`, without what has no effect there; names are those of the design's contract. */
export function knobEnv(mode: ModeName, knobs: Knobs): Record<string, string> {
  return {
    ...clientEnv(mode, knobs),
    ...(knobs.keepaliveMs === 0 ? {} : { BACKEND_KEEPALIVE_MS: String(knobs.keepaliveMs) }),
    ...(knobs.maxAgeMs === 0 ? {} : { MAX_CONNECTION_AGE_MS: String(knobs.maxAgeMs) }),
    BACKEND_DEADLINE_MS: String(knobs.deadlineMs),
    DRAIN_DELAY_MS: String(knobs.drain ? knobs.drainDelayMs : 0),
    SHUTDOWN_GRACE_MS: String(knobs.drain ? SHUTDOWN_GRACE_MS : 0),
    WORK_MS: String(knobs.workMs),
  };
}

/** What the client's own resolver and service config are made of. */
function clientEnv(mode: ModeName, { policy, retry, dnsMinIntervalMs }: Knobs): Record<string, string> {
  return {
    ...(policy !== undefined && appliesUnder(mode, "policy") ? { BACKEND_LB_POLICY: policy } : {}),
    ...(appliesUnder(mode, "retry") ? { BACKEND_RETRY: retry } : {}),
    ...(appliesUnder(mode, "dnsMinIntervalMs") ? { BACKEND_DNS_MIN_INTERVAL_MS: String(dnsMinIntervalMs) } : {}),
  };
}

const SHUTDOWN_GRACE_MS = 5_000;
