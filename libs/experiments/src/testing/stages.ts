import { learnsFromDns } from "@grpc-lb-lab/modes";
import {
  APPLICATION_FAULTS,
  CLUSTER_TIMINGS,
  type Mode,
  type StageName,
  type StageTimings,
  type StageTraits,
  type TimingName,
  type TimingOverrides,
  type Timings,
  undisturbedPath,
} from "@grpc-lb-lab/stage-api";

/** A stage as experiments know it: what can be asked of it, and what its deployments have in force. */
export interface MadeUpStage extends StageTraits {
  timings(mode: Mode, asked: TimingOverrides): StageTimings;
}

const EVERY_TIMING = Object.keys(CLUSTER_TIMINGS) as TimingName[];
const NAMELESS = { what: "made up", fixedTimings: {}, fixedForDns: {} };

/** What is in force where nothing else is asked: so short that a run is. */
const SHORT: Timings = {
  endpointLagMs: 1_000,
  dnsTtlMs: 1_000,
  dnsRefreshMs: 1_000,
  restartAfterMs: 3_000,
  terminationGraceMs: 10_000,
  startDeadlineMs: 20_000,
};

/** The kinds of stage: one that sets everything, one whose DNS is the engine's, one that sets nothing and restarts a pod at once. */
export const STAGES: Readonly<Record<StageName, MadeUpStage>> = {
  local: {
    name: "local",
    what: NAMELESS.what,
    abilities: {
      ...NAMELESS,
      settableTimings: EVERY_TIMING,
      faults: APPLICATION_FAULTS,
      metersContainers: false,
      autoscales: false,
      switchesMutualTls: false,
      startsFrontend: false,
      pushMs: 1_000,
      lagIsExact: true,
      dnsIsShared: false,
      dnsDropsSilentPods: false,
      dnsNewsMs: 3_500,
      replacementMs: 2_000,
      outpacedDnsIntervalMs: 8_000,
    },
    timings: (mode, asked) => inForce([...ALWAYS, ...dnsTimings(mode)], asked),
  },
  containers: {
    name: "containers",
    what: NAMELESS.what,
    abilities: {
      settableTimings: EVERY_TIMING.filter((name) => name !== "dnsTtlMs"),
      fixedTimings: { dnsTtlMs: "it uses the engine's DNS" },
      fixedForDns: { endpointLagMs: "its endpoints come from the engine's DNS" },
      faults: [...APPLICATION_FAULTS, "packets", "paused"],
      metersContainers: false,
      autoscales: false,
      switchesMutualTls: false,
      startsFrontend: false,
      pushMs: 1_000,
      lagIsExact: true,
      dnsIsShared: false,
      dnsDropsSilentPods: true,
      dnsNewsMs: 3_500,
      replacementMs: 5_000,
      outpacedDnsIntervalMs: 20_000,
    },
    timings: (mode, asked) => {
      const ofDns = { endpointLagMs: 0, dnsTtlMs: 0 };
      const isDns = learnsFromDns(undisturbedPath(mode));
      return inForce([...ALWAYS, ...dnsTimings(mode)], { ...asked, ...(isDns ? ofDns : undefined) });
    },
  },
  kubernetes: {
    name: "kubernetes",
    what: NAMELESS.what,
    abilities: {
      settableTimings: [],
      fixedTimings: { dnsTtlMs: "it uses the cluster's DNS", endpointLagMs: "it uses the cluster's control plane" },
      fixedForDns: {},
      faults: APPLICATION_FAULTS,
      metersContainers: true,
      autoscales: true,
      switchesMutualTls: true,
      startsFrontend: false,
      pushMs: 5_000,
      lagIsExact: false,
      dnsIsShared: true,
      dnsDropsSilentPods: false,
      dnsNewsMs: 40_000,
      replacementMs: 9_000,
      outpacedDnsIntervalMs: 30_000,
    },
    timings: (mode) => inForce(dnsTimings(mode), { dnsTtlMs: 30_000, dnsRefreshMs: 5_000 }),
  },
};

const ALWAYS = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"] as const;

/** Who asks DNS has its delays. */
function dnsTimings(mode: Mode): TimingName[] {
  const path = undisturbedPath(mode);
  const isPolled = path.some(({ learn }) => learn.by === "polled DNS");
  return [...(learnsFromDns(path) ? (["dnsTtlMs"] as const) : []), ...(isPolled ? (["dnsRefreshMs"] as const) : [])];
}

function inForce(names: readonly TimingName[], values: TimingOverrides): StageTimings {
  return Object.fromEntries(
    names.map((name) => [name, { ...CLUSTER_TIMINGS[name], value: values[name] ?? SHORT[name] }]),
  );
}
