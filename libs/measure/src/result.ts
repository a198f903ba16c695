import * as v from "valibot";

/** The version of the result file's format. A reader refuses a file of a newer major version. */
export const RESULT_SCHEMA = "grpc-lb-lab/result/1";

const ms = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A setting of a run beside its default: `value` is what ran, `default` what the software does when nobody sets it. */
export const Knob = v.object({
  name: v.string(),
  value: v.union([v.number(), v.string(), v.boolean()]),
  default: v.union([v.number(), v.string(), v.boolean()]),
  /** Why it differs, empty where it does not. */
  reason: v.string(),
});
export type Knob = v.InferOutput<typeof Knob>;

/** One thing that must come out, the bound that it must keep, and what was measured. */
export const Expectation = v.object({
  /** Stable within (mode, experiment): `new-pods-answer`. */
  id: v.string(),
  what: v.string(),
  bound: v.string(),
  measured: v.string(),
  ok: v.boolean(),
});
export type Expectation = v.InferOutput<typeof Expectation>;

/** A pod that answered or could have. */
export const PodCalls = v.object({
  pod: v.string(),
  zone: v.string(),
  version: v.string(),
  /** Its answers after warm-up. */
  calls: count,
  /** The attempts of calls after warm-up that reached its application. Of runs that ask the pods; older files have none. */
  received: v.optional(count),
});
export type PodCalls = v.InferOutput<typeof PodCalls>;

/** Something that happened at a time (ms since the load began; negative: before). `kind` is `pod-ready`, `scale`, `crash`, … */
export const RunEvent = v.object({
  atMs: v.number(),
  kind: v.string(),
  pod: v.optional(v.string()),
  detail: v.optional(v.string()),
});
export type RunEvent = v.InferOutput<typeof RunEvent>;

/** Calls that failed with one gRPC status code, with the first message seen. */
export const ErrorCount = v.object({ code: v.string(), count, firstMessage: v.string() });
export type ErrorCount = v.InferOutput<typeof ErrorCount>;

/** Latency of the answered calls from the intended start in ms; all zero when no call was answered. Failed calls are in none of them. */
export const LatencyMs = v.object({
  p50: ms,
  p90: ms,
  /** Older files do not have it. */
  p95: v.optional(ms),
  p99: ms,
  p999: ms,
  max: ms,
  mean: ms,
  /** Over how many calls they are: those that were answered. Older files do not say it. */
  calls: v.optional(count),
});
export type LatencyMs = v.InferOutput<typeof LatencyMs>;

/**
 * How the load generator kept the schedule of an open loop. Where `clientWasLimit`, figures tell of the client rather than of the mode: it started
 * less than 95 % of the planned calls per second, or half of the calls more than 20 ms late. Latency counts from the intended start, so
 * that it contains the lag.
 */
export const LoadSchedule = v.object({
  plannedPerSecond: v.pipe(v.number(), v.gtValue(0)),
  achievedPerSecond: v.pipe(v.number(), v.minValue(0)),
  /** How much later than intended calls were started, in ms. */
  lagMs: v.object({ p50: ms, p99: ms, max: ms }),
  clientWasLimit: v.boolean(),
});
export type LoadSchedule = v.InferOutput<typeof LoadSchedule>;

/** Calls per pod over time: `answered[pod][i]` and `failed[i]` count calls whose intended start lies in bucket i. */
export const Timeline = v.object({
  bucketMs: v.pipe(v.number(), v.minValue(1)),
  answered: v.record(v.string(), v.array(count)),
  failed: v.array(count),
});
export type Timeline = v.InferOutput<typeof Timeline>;

/** Calls by outcome. Warm-up calls are in none but `warmUp`; `retries` and `hedges` count attempts beyond the first of answered calls. */
export const CallCounts = v.object({
  total: count,
  ok: count,
  failed: count,
  warmUp: count,
  retries: count,
  hedges: count,
});
export type CallCounts = v.InferOutput<typeof CallCounts>;

/** A part of a run that is judged by itself (`rollout` of headless: `quick`, then `slow`). */
export const Phase = v.object({
  name: v.string(),
  fromMs: v.number(),
  toMs: v.number(),
  failed: count,
  /** The calls of the phase that each pod answered; pods that answered none are left out. Older files do not say it, nor latencies. */
  answered: v.optional(v.record(v.string(), count)),
  latencyMs: v.optional(LatencyMs),
});
export type Phase = v.InferOutput<typeof Phase>;

/** What 1,000 calls cost the containers of one kind. */
export const ContainerCost = v.object({
  /** The Deployment that their pods belong to: `client`, `backend`, or the proxies' own. */
  deployment: v.string(),
  /** `proxy`: calls pass through it; `agent`: it brings configuration and certificates alone. */
  role: v.picklist(["app", "proxy", "agent"]),
  /** How many there were. */
  containers: count,
  /** CPU time of all of them, idle time's included: as many mCPU at 1,000 calls per second. */
  cpuMsPer1000Calls: ms,
  /** Working set of one, on average. */
  memoryMiB: ms,
});
export type ContainerCost = v.InferOutput<typeof ContainerCost>;

/** What calls cost while containers were metered. */
export const RunCost = v.object({
  answeredPerSecond: v.pipe(v.number(), v.minValue(0)),
  /** Whether Istio encrypted the calls; null: as the mode is deployed, or nobody does. */
  mutualTls: v.nullable(v.picklist(["on", "off"])),
  containers: v.array(ContainerCost),
});
export type RunCost = v.InferOutput<typeof RunCost>;

/**
 * The units of figures. `calls by pod`: one value for each, in the order of the run's pods. `ratio`: from 0 to 1. `part`: of a whole, likewise. `times`: how many times as much as something
 * else. `count`: of anything else.
 */
export const FIGURE_UNITS = ["calls by pod", "ratio", "part", "times", "calls", "count", "ms"] as const;
export type FigureUnit = (typeof FIGURE_UNITS)[number];

/** What an experiment shows of a run beside other modes' runs: a column of the comparison. */
export const Figure = v.object({
  /** Stable within an experiment: `first-call`. */
  id: v.string(),
  /** What heads its column, in two lines, of which the first may be empty. */
  heading: v.strictTuple([v.string(), v.string()]),
  unit: v.picklist(FIGURE_UNITS),
  /** One value, or one for each phase or pod; null: it never happened. */
  values: v.array(v.nullable(v.number())),
  /** What it is, in a sentence, where its heading does not say it. */
  explanation: v.optional(v.string()),
  /** Its place among the columns, from the left. Where there is no room for all, those with the highest are left out. */
  rank: v.number(),
  /** Over how many calls it is, where failed calls are left out of it: a percentile is over the answered calls. Older files do not say it. */
  overCalls: v.optional(count),
});
export type Figure = v.InferOutput<typeof Figure>;

/** A figure as it depends on another: a line in a chart that the runs of an experiment share. */
export const Curve = v.object({
  /** Stable within an experiment: `evenness-by-clients`. */
  id: v.string(),
  /** What the chart shows, in a few words: `Evenness by number of clients`. */
  title: v.string(),
  /** What runs from left to right, and whether it does by doubling: then its numbers are positive. */
  x: v.object({ label: v.string(), isLogarithmic: v.boolean() }),
  y: v.object({ label: v.string(), unit: v.picklist(["ratio", "part", "times", "count", "ms"]) }),
  /** In the order of x; y null: nothing was measured there. */
  points: v.array(v.object({ x: v.number(), y: v.nullable(v.number()) })),
});
export type Curve = v.InferOutput<typeof Curve>;

/** What became of streams and their messages. The streams themselves are among the run's calls. */
export const StreamCounts = v.object({
  /** The streams that each pod answered on, however they ended; client streams tell of their pod only when they end well. */
  byPod: v.record(v.string(), count),
  messages: count,
  /** Those of them that were under way when their stream broke. */
  lost: count,
  /** The longest time between two answers on one stream, of those that ended well; null: there are none. */
  longestGapMs: v.nullable(ms),
});
export type StreamCounts = v.InferOutput<typeof StreamCounts>;

/** One experiment under one mode. A skipped run has a `reason` and empty figures. */
export const RunResult = v.object({
  mode: v.string(),
  experiment: v.string(),
  stage: v.string(),
  status: v.picklist(["passed", "failed", "skipped"]),
  /** Why it was skipped or could not be finished. */
  reason: v.optional(v.string()),
  durationMs: ms,
  pods: v.array(PodCalls),
  /** Jain's index over the pods that were ready: 1 is even, 1/n is one pod of n. */
  evenness: v.number(),
  calls: CallCounts,
  /** Of runs whose load is an open loop; older files have none. */
  schedule: v.optional(LoadSchedule),
  latencyMs: LatencyMs,
  /** The latency histogram, HdrHistogram V2 compressed and base64 (values in µs): merges across runs. */
  histogram: v.string(),
  errors: v.array(ErrorCount),
  /** Time to first call of each pod that became ready under load; null: none within the run. */
  timeToFirstCallMs: v.array(v.object({ pod: v.string(), ms: v.nullable(ms) })),
  events: v.array(RunEvent),
  phases: v.array(Phase),
  timeline: Timeline,
  /** Offset of the load's clock to the lab's and how far it can be wrong. */
  clock: v.object({ offsetMs: v.number(), uncertaintyMs: ms }),
  knobs: v.array(Knob),
  simulated: v.array(v.string()),
  /** What went wrong beside the calls: a configuration that a client rejected (NACK), a pod or proxy that did not come back. */
  problems: v.array(v.string()),
  expectations: v.array(Expectation),
  /** What the comparison shows of it; older files have none. */
  figures: v.optional(v.array(Figure), []),
  /** What it shows of the run as lines; older files have none. */
  curves: v.optional(v.array(Curve)),
  /** Of runs with streams whose messages have records. Then latencies are those of the messages. */
  ofStreams: v.optional(StreamCounts),
  /** Of runs in which containers were metered. */
  cost: v.optional(RunCost),
  /** The run in one plain sentence. */
  summary: v.string(),
});
export type RunResult = v.InferOutput<typeof RunResult>;

/** Where and with what the runs were made. */
export const Environment = v.object({
  lab: v.string(),
  node: v.string(),
  grpcJs: v.string(),
  grpcJsXds: v.string(),
  envoy: v.nullable(v.string()),
  os: v.string(),
  cpus: count,
  cpuModel: v.string(),
  memoryMiB: count,
});
export type Environment = v.InferOutput<typeof Environment>;

/** A result file: everything a report needs. */
export const Result = v.object({
  schema: v.literal(RESULT_SCHEMA),
  /** True when no run failed. */
  ok: v.boolean(),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  durationMs: ms,
  /** What measured it, a `lab verify` or a `make compare`: only figures of one invocation are held against each other. */
  invocation: v.optional(v.string()),
  /** The command line's options as they took effect. */
  options: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
  seed: count,
  environment: Environment,
  /** One row per mode of the runs, in their order: who balances and from what, one plain sentence of what came out. */
  modes: v.array(
    v.object({
      mode: v.string(),
      balancer: v.string(),
      source: v.string(),
      summary: v.string(),
      /** Whether the latency of other modes is shown beside this one's. */
      isBaseline: v.optional(v.boolean(), false),
    }),
  ),
  runs: v.array(RunResult),
});
export type Result = v.InferOutput<typeof Result>;
