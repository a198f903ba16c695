import { CLUSTER_TIMINGS, type StageTimings, type TimingName, type TimingOverrides } from "@grpc-lb-lab/stage-api";

/** What a stage's delays may be taken for before it has started, where nobody sets them: as long as on one machine. */
const ASSUMED_MS: TimingOverrides = { endpointLagMs: 1_000, dnsTtlMs: 1_000, dnsRefreshMs: 1_000 };

/** The delays as they are likely to be, for what must be told before a stage has started. */
export function assumedTimings(asked: TimingOverrides): StageTimings {
  const values = Object.entries({ ...ASSUMED_MS, ...asked }) as [TimingName, number][];
  return Object.fromEntries(values.map(([name, value]) => [name, { ...CLUSTER_TIMINGS[name], value }]));
}
