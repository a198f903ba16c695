import type { Knob } from "@grpc-lb-lab/measure";
import {
  agesDns,
  hasOwnServiceConfig,
  hasRuledRetries,
  hasVariant,
  hasWorkers,
  learnsFromDns,
} from "@grpc-lb-lab/modes";
import type { Path, TimingName } from "@grpc-lb-lab/stage-api";

/** What a knob takes on the command line. Times are in ms. */
export type Takes =
  | { readonly kind: "whole number"; readonly least: number; readonly most: number }
  | { readonly kind: "positive number"; readonly most: number }
  | { readonly kind: "time"; readonly leastMs?: number; readonly mostMs: number }
  | { readonly kind: "policy" | "retries" | "switch" | "variant" };

/** Where a knob has an effect, if not everywhere. */
export type Scope =
  /** Under modes whose path something of it is read on, or something of this value of it. */
  | { readonly under: (path: Path, value?: unknown) => boolean; readonly elsewhere?: string }
  /** In experiments without a course, which alone count to a set end. */
  | "no course"
  /** In experiments that open streams. */
  | "streams";

/** What the command line calls a knob, what it takes, and what it is for. */
export interface KnobFlag {
  readonly flag: string;
  /** What stands for the value in help: `<n>`, `<time>`. */
  readonly value: string;
  readonly takes: Takes;
  /** What it means, in a few words for help. */
  readonly meaning: string;
  /** The knob that it cannot be set beside, as the command line's parser has it. */
  readonly conflictsWith?: string;
}

/** How a result shows a knob: under which name, beside what the software does when nobody sets it, and why it may differ. */
export interface ShownAs {
  readonly name: string;
  readonly standard: Knob["value"];
  /** Absent: that a time was shortened, or as asked. */
  readonly why?: string;
}

/** A knob: everything that is known of it. */
export interface KnobDeclaration<T = unknown> extends Partial<KnobFlag> {
  /** What every run starts from: what a careful team deploys, no ageing, no retries. */
  readonly standard: T;
  /** Absent: applications and stage are set by it under every mode. */
  readonly scope?: Scope;
  /** Absent: reported-knobs.ts shows it in words of its own, or nobody does. */
  readonly shown?: ShownAs;
  /** What it puts into the applications' environment (docs/environment.md); a later knob's counts. Undefined: a variable stays unset. */
  env?(value: T): Readonly<Record<string, string | undefined>>;
}

/** Bounds that keep a run on one machine bounded. */
const MOST_PODS = 50;
const MOST_CLIENTS = 100;
const MOST_CALLS = 1_000_000;
/** The most calls per second that a load may be asked for. */
export const MOST_RATE = 20_000;
const MOST_IN_FLIGHT = 1_000;
const MOST_WORKERS = 16;
const MOST_AT_ONCE = 1_000;
const LONGEST_MS = 600_000;
/** Half of the longest load: an experiment that opens streams takes longer than its oldest stream. */
const LONGEST_STREAM_MS = 300_000;

/** How long calls of a drained pod may take to end. */
const SHUTDOWN_GRACE_MS = 5_000;
/** grpc-js's own floor between two resolutions. Source: grpc-js, resolver-dns.ts, DEFAULT_MIN_TIME_BETWEEN_RESOLUTIONS_MS. */
const GRPC_JS_DNS_INTERVAL_MS = 30_000;

/** Every knob, declared here and nowhere else: types, defaults, flags, help, refusals, environment and results follow it, in this order. Times in ms. */
export const KNOBS = {
  /** Pods at first. */
  pods: knob<number>({
    standard: 4,
    flag: "--pods",
    value: "<n>",
    takes: { kind: "whole number", least: 1, most: MOST_PODS },
    meaning: "pods at the start (default: 4)",
    shown: { name: "pods", standard: 4, why: "as asked" },
  }),
  /** Clients, each with connections of its own. */
  clients: knob<number>({
    standard: 1,
    flag: "--clients",
    value: "<n>",
    takes: { kind: "whole number", least: 1, most: MOST_CLIENTS },
    meaning: "clients, each with its own connections (default: 1)",
    shown: { name: "clients", standard: 1, why: "as asked" },
  }),
  /** Calls to count; undefined: the experiment's own course decides. */
  calls: knob<number | undefined>({
    standard: undefined,
    flag: "--calls",
    value: "<n>",
    takes: { kind: "whole number", least: 1, most: MOST_CALLS },
    meaning: "calls to count, in experiments without steps of their own",
    scope: "no course",
  }),
  /** How long to count calls; undefined: the experiment's own course decides. */
  durationMs: knob<number | undefined>({
    standard: undefined,
    flag: "--duration",
    value: "<time>",
    takes: { kind: "time", leastMs: 1, mostMs: LONGEST_MS },
    meaning: "how long to count calls, in the same experiments",
    scope: "no course",
  }),
  /** How long the oldest streams last, roughly; undefined where none are opened. */
  streamMs: knob<number | undefined>({
    standard: undefined,
    flag: "--stream-length",
    value: "<time>",
    takes: { kind: "time", leastMs: 5_000, mostMs: LONGEST_STREAM_MS },
    meaning: "how long streams last, roughly, in experiments that open them",
    scope: "streams",
  }),
  /** Calls per second by schedule (open loop); undefined with `inFlight`. */
  rate: knob<number | undefined>({
    standard: 100,
    flag: "--rate",
    value: "<n>",
    takes: { kind: "positive number", most: MOST_RATE },
    meaning: "open loop: calls per second",
    conflictsWith: "inFlight",
  }),
  /** Calls at once (closed loop); undefined with `rate`. */
  inFlight: knob<number | undefined>({
    standard: undefined,
    flag: "--in-flight",
    value: "<n>",
    takes: { kind: "whole number", least: 1, most: MOST_IN_FLIGHT },
    meaning: "closed loop: calls in flight",
  }),
  /** The client's load-balancing policy; undefined: the mode's. */
  policy: knob<string | undefined>({
    standard: undefined,
    flag: "--policy",
    value: "<name>",
    takes: { kind: "policy" },
    meaning: "the client's policy instead of the mode's",
    // Of an `xds:` target gRPC takes it from the control plane alone: gRFC A27.
    scope: { under: hasOwnServiceConfig, elsewhere: "xDS sets the policy" },
    env: (policy) => ({ BACKEND_LB_POLICY: policy }),
  }),
  /** How old servers let connections become; 0 is off. */
  maxAgeMs: knob<number>({
    standard: 0,
    flag: "--max-age",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "age at which servers close connections; 0 is off",
    shown: {
      name: "maxConnectionAgeMs",
      standard: 0,
      why: "off by default; without it a client never looks for new pods",
    },
    env: (maxAgeMs) => ({ MAX_CONNECTION_AGE_MS: maxAgeMs === 0 ? undefined : String(maxAgeMs) }),
  }),
  /** How long calls may go on after that; 0: no limit. Without ageing it has no effect. */
  maxAgeGraceMs: knob<number>({
    standard: 0,
    flag: "--max-age-grace",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "how long calls may go on after that; 0: as long as they last",
    env: (graceMs) => ({ MAX_CONNECTION_AGE_GRACE_MS: graceMs === 0 ? undefined : String(graceMs) }),
  }),
  /** How soon grpc-js resolves again at the earliest. */
  dnsMinIntervalMs: knob<number>({
    standard: 1_000,
    flag: "--dns-interval",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "shortest time between two resolutions by the client",
    scope: { under: agesDns },
    shown: { name: "dnsMinIntervalMs", standard: GRPC_JS_DNS_INTERVAL_MS },
    env: (dnsMinIntervalMs) => ({ BACKEND_DNS_MIN_INTERVAL_MS: String(dnsMinIntervalMs) }),
  }),
  /** The client's retries: `off`, attempts in all, or `hedge:<attempts>`. */
  retry: knob<string>({
    standard: "off",
    flag: "--retry",
    value: "<how>",
    takes: { kind: "retries" },
    meaning: "client retries: off, 2 to 5 attempts, or hedge:<attempts>",
    // Of an `xds:` target likewise: gRFC A44.
    scope: { under: hasOwnServiceConfig, elsewhere: "xDS sets retries, by --proxy-retries" },
    shown: { name: "retry", standard: "off", why: "client retries" },
    env: (retry) => ({ BACKEND_RETRY: retry }),
  }),
  /** Retries by the mode's proxies or control plane; undefined: the mode's default. */
  proxyRetries: knob<number | undefined>({
    standard: undefined,
    flag: "--proxy-retries",
    value: "<n>",
    takes: { kind: "whole number", least: 0, most: 10 },
    meaning: "retries by proxies or the control plane (Istio's default: 2)",
    scope: { under: hasRuledRetries },
  }),
  /** Another way to configure the mode's proxy; undefined: the mode's. */
  proxyVariant: knob<string | undefined>({
    standard: undefined,
    flag: "--variant",
    value: "<name>",
    takes: { kind: "variant" },
    meaning: "another configuration of the mode's proxy (docs/proxies.md)",
    scope: { under: hasVariant },
  }),
  /** Workers of the mode's proxy, each of which picks for itself. */
  proxyWorkers: knob<number>({
    standard: 1,
    flag: "--proxy-workers",
    value: "<n>",
    takes: { kind: "whole number", least: 1, most: MOST_WORKERS },
    meaning: "workers of the mode's proxy (default: 1)",
    scope: { under: hasWorkers },
    shown: { name: "proxyWorkers", standard: 1, why: "as asked" },
  }),
  /** How long a pod that drains keeps serving. Experiments alone set it. */
  drainDelayMs: knob<number>({ standard: 1_500, env: (delayMs) => ({ DRAIN_DELAY_MS: String(delayMs) }) }),
  /** Whether a pod that is told to go drains: keeps serving for `drainDelayMs`, then ends gracefully. */
  drain: knob<boolean>({
    standard: true,
    flag: "--drain",
    value: "<on|off>",
    takes: { kind: "switch" },
    meaning: "whether pods drain before they end",
    env: (drain) =>
      drain ? { SHUTDOWN_GRACE_MS: String(SHUTDOWN_GRACE_MS) } : { DRAIN_DELAY_MS: "0", SHUTDOWN_GRACE_MS: "0" },
  }),
  /** Simulated work of a call in the backend. */
  workMs: knob<number>({
    standard: 0,
    flag: "--work",
    value: "<time>",
    takes: { kind: "time", mostMs: 10_000 },
    meaning: "simulated work of each call",
    shown: { name: "workMs", standard: 0, why: "so that calls are in flight when something happens" },
    env: (workMs) => ({ WORK_MS: String(workMs) }),
  }),
  /** CPU time of a call in the backend, beside its simulated work. */
  workCpuMs: knob<number>({
    standard: 0,
    flag: "--work-cpu",
    value: "<time>",
    takes: { kind: "time", mostMs: 1_000 },
    meaning: "CPU time that each call takes besides",
    shown: { name: "workCpuMs", standard: 0, why: "so that there is something for an autoscaler to see" },
    // As of workAtOnce.
    env: (workCpuMs) => ({ WORK_CPU_MS: workCpuMs === 0 ? undefined : String(workCpuMs) }),
  }),
  /** How many calls a pod works on at once, while others wait their turn; 0: all. */
  workAtOnce: knob<number>({
    standard: 0,
    flag: "--work-at-once",
    value: "<n>",
    takes: { kind: "whole number", least: 0, most: MOST_AT_ONCE },
    meaning: "calls that a pod works on at once, others wait; 0: all",
    shown: { name: "workAtOnce", standard: 0, why: "so that pods can do only so much" },
    // Of a cluster's pods it is a matter of their template: a variable that says what they do anyway would replace them all.
    env: (workAtOnce) => ({ WORK_AT_ONCE: workAtOnce === 0 ? undefined : String(workAtOnce) }),
  }),
  /** Deadline of each call. */
  deadlineMs: knob<number>({
    standard: 5_000,
    flag: "--deadline",
    value: "<time>",
    takes: { kind: "time", leastMs: 1, mostMs: LONGEST_MS },
    meaning: "deadline of each call",
    shown: { name: "deadlineMs", standard: 5_000, why: "as asked" },
    env: (deadlineMs) => ({ BACKEND_DEADLINE_MS: String(deadlineMs) }),
  }),
  /** The client pings its connections so often, and gives one up that leaves a ping unanswered as long (20 s at most); 0 is off. */
  keepaliveMs: knob<number>({
    standard: 0,
    flag: "--keepalive",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "interval of the client's keepalive pings; 0 is off",
    shown: {
      name: "keepaliveMs",
      standard: 0,
      why: "off by default; without it a dead peer is found after about 15 minutes",
    },
    env: (keepaliveMs) => ({ BACKEND_KEEPALIVE_MS: keepaliveMs === 0 ? undefined : String(keepaliveMs) }),
  }),
};

/** The stage's timings that the command line sets, each beside where it has an effect; a stage may refuse it besides. */
export const TIMING_KNOBS: Readonly<Partial<Record<TimingName, KnobFlag & Pick<KnobDeclaration, "scope">>>> = {
  dnsTtlMs: {
    flag: "--dns-ttl",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "how long the cluster's DNS caches an answer",
    scope: { under: learnsFromDns },
  },
  endpointLagMs: {
    flag: "--endpoint-lag",
    value: "<time>",
    takes: { kind: "time", mostMs: LONGEST_MS },
    meaning: "time until everyone knows that a pod has gone",
  },
};

/** The name of a knob or of a timing that has one. */
export type KnobName = keyof typeof KNOBS | TimingName;

/** Whether something reads a knob on `path`, or a value of it, in some experiment at least. */
export function isReadOn(path: Path, { scope }: Pick<KnobDeclaration, "scope">, value?: unknown): boolean {
  return scope === undefined || typeof scope === "string" || scope.under(path, value);
}

/** Keeps the type of a knob's values, which nothing but its declaration says. */
function knob<T>(declaration: KnobDeclaration<T>): KnobDeclaration<T> {
  return declaration;
}
